/** Every way into a running Sluice, with credentials as a client of that way sends them; the answer is its status. */
import { printBasic } from "#formats/http-auth/basic.ts";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import type { SluiceProcess } from "#test/support/sluice-process.ts";

/** What is shown. */
export interface Shown {
  readonly user?: string;
  readonly password?: string;
  /** As Bearer; over RTSP as a password. */
  readonly token?: string;
  /** `name=value`, behind the address. */
  readonly query?: string;
}

/** A way in. */
export type Way = "rtsp" | "hls" | "whep" | "whip" | "api" | "metrics";

/** Asks by one way for `path` (reading; `whip` publishes). 200 or 400 for who is let in, 401 for who isn't. */
export async function enter(sluice: SluiceProcess, way: Way, shown: Shown & { readonly path?: string }): Promise<number> {
  const { path = "demo", query = "" } = shown;
  const behind = query === "" ? "" : `?${query}`;
  const http = (port: number, what: string, init: RequestInit = {}): Promise<number> =>
    statusOf(`http://127.0.0.1:${String(port)}${what}${behind}`, {
      ...init,
      headers: { ...authorization(shown), ...init.headers },
    });
  switch (way) {
    case "rtsp":
      return describe(sluice, `${sluice.url(path)}${behind}`, shown);
    case "hls":
      return http(sluice.hlsPort, `/${path}/index.m3u8`);
    case "whep":
    case "whip":
      // No offer: who is let in hears that it can't be understood.
      return http(sluice.webrtcPort, `/${path}/${way}`, {
        method: "POST",
        headers: { "content-type": "application/sdp" },
        body: "-",
      });
    case "api":
      return http(sluice.apiPort, "/v3/paths/list");
    case "metrics":
      return http(sluice.apiPort, "/metrics");
  }
}

async function describe({ rtspPort }: SluiceProcess, url: string, shown: Shown): Promise<number> {
  const client = await RtspClient.connect({ port: rtspPort });
  try {
    const { user, password, token } = shown;
    const basic = token !== undefined ? { user: "", password: token } : { user: user ?? "", password: password ?? "" };
    const given = basic.user !== "" || basic.password !== "";
    const headers = given ? { Authorization: printBasic(basic) } : {};
    return (await client.request("DESCRIBE", url, { headers })).status;
  } finally {
    client.close();
  }
}

function authorization({ user, password, token }: Shown): Readonly<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  return user === undefined ? {} : { authorization: printBasic({ user, password: password ?? "" }) };
}

async function statusOf(url: string, init: RequestInit): Promise<number> {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  return answer.status;
}
