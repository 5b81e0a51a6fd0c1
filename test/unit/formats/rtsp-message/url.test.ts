import assert from "node:assert/strict";
import { test } from "node:test";
import type { SluiceError } from "#base/errors.ts";
import {
  MAX_URL_LENGTH,
  parseRtspUrl,
  printHost,
  resolveBase,
  resolveControl,
  stripCredentials,
} from "#formats/rtsp-message/url.ts";

const urls: readonly {
  text: string;
  scheme?: string;
  host: string;
  port?: number;
  user?: string;
  password?: string;
  rest?: string;
}[] = [
  { text: "rtsp://192.168.1.64", host: "192.168.1.64" },
  { text: "rtsp://cam.local:8554/live/main", host: "cam.local", port: 8554, rest: "/live/main" },
  { text: "RTSPS://cam/x", scheme: "rtsps", host: "cam", rest: "/x" },
  { text: "rtsp+http://cam:80/x", scheme: "rtsp+http", host: "cam", port: 80, rest: "/x" },
  { text: " rtsp://cam/x ", host: "cam", rest: "/x" },
  { text: "rtsp://cam?a=b", host: "cam", rest: "?a=b" },
  { text: "rtsp://cam:/x", host: "cam", rest: "/x" },
  { text: "rtsp://cam/cam/realmonitor?channel=1&subtype=0#t", host: "cam", rest: "/cam/realmonitor?channel=1&subtype=0" },
  { text: "rtsp://cam/user=a&password=b@c&channel=1.sdp?x=@", host: "cam", rest: "/user=a&password=b@c&channel=1.sdp?x=@" },
  { text: "rtsp://cam:554/live@main:8/x", host: "cam", port: 554, rest: "/live@main:8/x" },
  { text: "rtsp://[2001:db8::1]:554/x", host: "2001:db8::1", port: 554, rest: "/x" },
  { text: "rtsp://[fe80::1%eth0]/x", host: "fe80::1%eth0", rest: "/x" },
  { text: "rtsp://[::ffff:192.168.1.5]:554/x", host: "192.168.1.5", port: 554, rest: "/x" },
  { text: "rtsp://::ffff:192.168.1.5:554/x", host: "192.168.1.5", port: 554, rest: "/x" },
  { text: "rtsp://::1/x", host: "::1", rest: "/x" },
  { text: "rtsp://ad::/x", host: "ad::", rest: "/x" },
  { text: "rtsp://2001:db8:1:2:3:4:5:6/x", host: "2001:db8:1:2:3:4:5:6", rest: "/x" },
  { text: "rtsp://rtsp://cam/x", host: "cam", rest: "/x" },
  { text: "rtsp://admin:pass@cam/x", host: "cam", user: "admin", password: "pass", rest: "/x" },
  { text: "rtsp://admin@cam/x", host: "cam", user: "admin", rest: "/x" },
  { text: "rtsp://admin:@cam/x", host: "cam", user: "admin", password: "", rest: "/x" },
  { text: "rtsp://:pass@cam/x", host: "cam", user: "", password: "pass", rest: "/x" },
  { text: "rtsp://admin:P%40ss%23@cam:554/x", host: "cam", port: 554, user: "admin", password: "P@ss#", rest: "/x" },
  { text: "rtsp://%61dmin:%E4%B8%AD@cam", host: "cam", user: "admin", password: "中" },
  { text: "rtsp://admin:100%@cam", host: "cam", user: "admin", password: "100%" },
  { text: "rtsp://admin:%zz%4@cam", host: "cam", user: "admin", password: "%zz%4" },
  { text: "rtsp://admin:%ff@cam", host: "cam", user: "admin", password: "%ff" },
  { text: "rtsp://admin:p@ss@cam/x", host: "cam", user: "admin", password: "p@ss", rest: "/x" },
  { text: "rtsp://admin:p:a:s@cam:1/x", host: "cam", port: 1, user: "admin", password: "p:a:s", rest: "/x" },
  { text: "rtsp://admin:pa/ss@cam/x", host: "cam", user: "admin", password: "pa/ss", rest: "/x" },
  { text: "rtsp://admin:pa#ss@cam/x", host: "cam", user: "admin", password: "pa#ss", rest: "/x" },
  { text: "rtsp://admin:pa?ss@cam/x?y=z", host: "cam", user: "admin", password: "pa?ss", rest: "/x?y=z" },
  { text: "rtsp://admin:12#34@cam/x", host: "cam", user: "admin", password: "12#34", rest: "/x" },
  { text: "rtsp://admin:a@b/c#d?e:f%@10.0.0.1:554/x@y", host: "b", user: "admin", password: "a", rest: "/c" },
  { text: "rtsp://admin:/@?#:%@10.0.0.1:554/x@y", host: "10.0.0.1", port: 554, user: "admin", password: "/@?#:%", rest: "/x@y" },
  { text: "rtsp://cam:554/live@10.0.0.2/x", host: "cam", port: 554, rest: "/live@10.0.0.2/x" },
  { text: "rtsp://10.0.0.1:554/live@10.0.0.2/x", host: "10.0.0.1", port: 554, rest: "/live@10.0.0.2/x" },
  { text: "rtsp://admin:p@ss/w@[::1]:554/x", host: "ss", user: "admin", password: "p", rest: "/w@[::1]:554/x" },
];
for (const { text, scheme = "rtsp", host, port, user, password, rest = "" } of urls) {
  test(`reads ${text}`, () => {
    const url = parseRtspUrl(text);
    const [path = "", ...query] = rest.split("?");
    assert.deepEqual(url, { scheme, host, port, user, password, pathAndQuery: rest, path, query: query.join("?") });
  });
}

const invalid: readonly { text: string; reason: string }[] = [
  { text: "", reason: "no scheme" },
  { text: "cam/x", reason: "no scheme" },
  { text: "rtsp:/cam", reason: "no scheme" },
  { text: "rtsp://", reason: "no host" },
  { text: "rtsp:///x", reason: "no host" },
  { text: "rtsp://admin:p@/x", reason: "no host" },
  { text: "rtsp://cam:0/x", reason: "host or port" },
  { text: "rtsp://cam:65536/x", reason: "host or port" },
  { text: "rtsp://cam:port/x", reason: "host or port" },
  { text: "rtsp://ca m/x", reason: "host or port" },
  { text: "rtsp://[::1/x", reason: "host or port" },
  { text: "rtsp://a:b:c:d:e:f:1:2:3:4/x", reason: "host or port" },
  { text: "rtsp://a::b::c/x", reason: "host or port" },
  { text: "rtsp://:::/x", reason: "host or port" },
  { text: "rtsp://[cam]/x", reason: "host or port" },
  { text: 'rtsp://"cam"/x', reason: "host or port" },
  { text: `rtsp://cam/${"x".repeat(MAX_URL_LENGTH)}`, reason: "too long" },
];
for (const { text, reason } of invalid) {
  test(`refuses ${text.slice(0, 40)}`, () => {
    assert.throws(
      () => parseRtspUrl(text),
      (error: SluiceError) => error.code === "rtsp-url-invalid" && error.details["reason"] === reason,
    );
  });
}

test("the text of an error never shows credentials", () => {
  for (const text of [
    "rtsp://admin:secret@cam:port/x",
    "rtsp://admin:secret@",
    "admin:secret@cam",
    `rtsp://admin:secret@cam/${"x".repeat(5000)}`,
  ]) {
    assert.throws(
      () => parseRtspUrl(text),
      (error: SluiceError) => !error.message.includes("secret") && !JSON.stringify(error.details).includes("secret"),
    );
  }
});

const stripped: readonly { url: string; plain: string }[] = [
  { url: "rtsp://admin:pass@cam:554/x?a=b", plain: "rtsp://cam:554/x?a=b" },
  { url: "rtsp://cam/x", plain: "rtsp://cam/x" },
  { url: "rtsp://admin:p@s/s@cam/x", plain: "rtsp://s/s@cam/x" },
  { url: "rtsp://admin:pa/ss@cam/x", plain: "rtsp://cam/x" },
  { url: "rtsp://a@[::1]:554/x", plain: "rtsp://[::1]:554/x" },
  { url: "rtsp://u:p@ad::", plain: "rtsp://[ad::]" },
  { url: "rtsp://u:p@[::1]:", plain: "rtsp://[::1]" },
  { url: "rtsp://u:p@cam:/x", plain: "rtsp://cam/x" },
  { url: "rtsp://u:p@cam?x=y", plain: "rtsp://cam?x=y" },
  { url: "rtsp://u:p@cam?x@10.0.0.1", plain: "rtsp://cam/?x@10.0.0.1" },
  { url: "admin:pass@cam", plain: "cam" },
  { url: "*", plain: "*" },
  { url: "rtsp://u:p@host:/a@b", plain: "rtsp://host/a@b" },
  { url: "rtsp://u:p@f::/a@host", plain: "rtsp://[f::]/a@host" },
];
for (const { url, plain } of stripped) {
  test(`${url} without credentials is ${plain}`, () => {
    assert.equal(stripCredentials(url), plain);
    assert.equal(stripCredentials(plain), plain);
  });
}

const REQUEST = "rtsp://192.168.1.64:554/live?a=b";
const bases: readonly { contentBase: string | undefined; base: string }[] = [
  { contentBase: undefined, base: REQUEST },
  { contentBase: "", base: REQUEST },
  { contentBase: " ", base: REQUEST },
  { contentBase: "rtsp://192.168.1.64:554/live/", base: "rtsp://192.168.1.64:554/live/" },
  { contentBase: "rtsp://10.0.0.9/other/", base: "rtsp://192.168.1.64:554/other/" },
  { contentBase: "rtsp://user:pw@10.0.0.9:8554/other/", base: "rtsp://192.168.1.64:554/other/" },
  { contentBase: "rtsp://rtsp://192.168.1.64:554/live/", base: "rtsp://192.168.1.64:554/live/" },
  { contentBase: "rtsp://::ffff:192.168.1.64:554/live/", base: "rtsp://192.168.1.64:554/live/" },
  { contentBase: "rtsp://[::ffff:192.168.1.64]/live/", base: "rtsp://192.168.1.64:554/live/" },
  { contentBase: "192.168.1.64:554/live/", base: "rtsp://192.168.1.64:554/live/" },
  { contentBase: "//192.168.1.64/live/", base: "rtsp://192.168.1.64:554/live/" },
  { contentBase: "/live/", base: "rtsp://192.168.1.64:554/live/" },
  { contentBase: "rtsp://192.168.1.64/live?x=y/", base: "rtsp://192.168.1.64:554/live?x=y/" },
  { contentBase: "rtsp://", base: REQUEST },
  { contentBase: "live/", base: REQUEST },
  { contentBase: "rtsp://bad host/live/", base: REQUEST },
  { contentBase: `rtsp://192.168.1.64/${"x".repeat(MAX_URL_LENGTH)}`, base: REQUEST },
];
for (const { contentBase, base } of bases) {
  test(`Content-Base ${String(contentBase).slice(0, 50)} gives the base ${base}`, () => {
    assert.equal(resolveBase(contentBase, REQUEST), base);
  });
}

test("a base never holds the credentials of the request", () => {
  assert.equal(resolveBase(undefined, "rtsp://u:p@cam/x"), "rtsp://cam/x");
  assert.equal(resolveBase("/y/", "rtsp://u:p@cam/x"), "rtsp://cam/y/");
});

const controls: readonly { base: string; control: string | undefined; url: string }[] = [
  { base: "rtsp://cam/live/", control: undefined, url: "rtsp://cam/live/" },
  { base: "rtsp://cam/live/", control: "", url: "rtsp://cam/live/" },
  { base: "rtsp://cam/live/", control: "*", url: "rtsp://cam/live/" },
  { base: "rtsp://cam/live/", control: "trackID=1", url: "rtsp://cam/live/trackID=1" },
  { base: "rtsp://cam/live", control: "trackID=1", url: "rtsp://cam/live/trackID=1" },
  { base: "rtsp://cam", control: "trackID=1", url: "rtsp://cam/trackID=1" },
  { base: "rtsp://cam/live?a=b&c=d", control: "trackID=1", url: "rtsp://cam/live?a=b&c=d/trackID=1" },
  { base: "rtsp://cam/live/", control: "?ctype=video", url: "rtsp://cam/live/?ctype=video" },
  { base: "rtsp://cam/live", control: "?ctype=video", url: "rtsp://cam/live?ctype=video" },
  { base: "rtsp://cam/live/", control: "track1?x=y", url: "rtsp://cam/live/track1?x=y" },
  { base: "rtsp://cam/live/", control: "/trackID=1", url: "rtsp://cam/live/trackID=1" },
  { base: "rtsp://cam/live", control: "/trackID=1", url: "rtsp://cam/live/trackID=1" },
  { base: "rtsp://cam/live/", control: "/live/trackID=1", url: "rtsp://cam/live/trackID=1" },
  { base: "rtsp://cam:554/live/", control: "rtsp://cam:554/live/trackID=1", url: "rtsp://cam:554/live/trackID=1" },
  { base: "rtsp://cam:554/live/", control: "rtsp://10.0.0.9/live/trackID=1?q=r", url: "rtsp://cam:554/live/trackID=1?q=r" },
  { base: "rtsp://cam:554/live/", control: "RTSP://rtsp://10.0.0.9/live/1", url: "rtsp://cam:554/live/1" },
  { base: "rtsps://cam/live/", control: "rtsp://cam/live/1", url: "rtsps://cam/live/1" },
  { base: "rtsp://cam/live/", control: "rtsp://", url: "rtsp://cam/live/" },
  { base: "rtsp://u:p@cam/live/", control: "trackID=1", url: "rtsp://cam/live/trackID=1" },
];
for (const { base, control, url } of controls) {
  test(`control ${String(control)} of ${base} is ${url}`, () => {
    assert.equal(resolveControl(base, control), url);
  });
}

test("writes hosts with IPv6 in brackets", () => {
  assert.equal(printHost({ host: "cam" }), "cam");
  assert.equal(printHost({ host: "cam", port: 554 }), "cam:554");
  assert.equal(printHost({ host: "::1" }), "[::1]");
  assert.equal(printHost({ host: "::1", port: 554 }), "[::1]:554");
});

test("no text makes it slow: a thousand at signs, slashes and colons", () => {
  for (const filler of ["@", "a@", "@/", ":@", "#@", "@h#", "%", "[", "::"]) {
    const text = `rtsp://u:p#${filler.repeat(2000)}`.slice(0, MAX_URL_LENGTH);
    const before = process.cpuUsage().user;
    stripCredentials(text);
    assert.ok(process.cpuUsage().user - before < 100_000, filler);
  }
});
