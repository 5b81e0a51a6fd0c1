/** Every way into a running Sluice, with credentials as a client of that way sends them; the answer is its status. */
import { printBasic } from "#formats/http-auth/basic.ts";
import { RtspClient, type ClientTarget } from "#test/peers/rtsp-client.ts";
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
export type Way = "rtsp" | "rtsps" | "hls" | "whep" | "whip" | "api" | "metrics";

/** What came back; `challenge` is its WWW-Authenticate. */
export interface WayAnswer {
  readonly status: number;
  readonly challenge: string | null;
}

/** What is asked: reading of a path (`whip` publishes), or what the way is about. */
export type WayQuestion = Shown & { readonly path?: string; readonly rtspsPort?: number };

/** The status that asking by one way has. */
export async function enter(sluice: SluiceProcess, way: Way, question: WayQuestion): Promise<number> {
  return (await askBy(sluice, way, question)).status;
}

/** Asks by one way. 200 or 400 for who is let in, 401 for who isn't. */
export async function askBy(sluice: SluiceProcess, way: Way, question: WayQuestion): Promise<WayAnswer> {
  const { path = "demo", query = "", rtspsPort = 0 } = question;
  const behind = query === "" ? "" : `?${query}`;
  const http = async (port: number, what: string, init: RequestInit = {}): Promise<WayAnswer> => {
    const headers = { ...authorization(question), ...init.headers };
    const answer = await fetch(`http://127.0.0.1:${String(port)}${what}${behind}`, { ...init, headers });
    await answer.arrayBuffer();
    return { status: answer.status, challenge: answer.headers.get("www-authenticate") };
  };
  switch (way) {
    case "rtsp":
      return describe({ port: sluice.rtspPort }, `${sluice.url(path)}${behind}`, question);
    case "rtsps": {
      const url = `rtsps://127.0.0.1:${String(rtspsPort)}/${path}${behind}`;
      return describe({ port: rtspsPort, secure: true }, url, question);
    }
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

async function describe(target: ClientTarget, url: string, { user, password, token }: Shown): Promise<WayAnswer> {
  const client = await RtspClient.connect(target);
  try {
    const basic = token !== undefined ? { user: "", password: token } : { user: user ?? "", password: password ?? "" };
    const given = basic.user !== "" || basic.password !== "";
    const headers = given ? { Authorization: printBasic(basic) } : {};
    const answer = await client.request("DESCRIBE", url, { headers });
    return { status: answer.status, challenge: answer.headers.get("WWW-Authenticate") ?? null };
  } finally {
    client.close();
  }
}

function authorization({ user, password, token }: Shown): Readonly<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  return user === undefined ? {} : { authorization: printBasic({ user, password: password ?? "" }) };
}
