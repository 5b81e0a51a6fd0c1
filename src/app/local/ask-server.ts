/** Asks the API of the server that runs on this machine. It goes over loopback, so its certificate need not be known. */
import { request as plainRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as tlsRequest } from "node:https";
import type { RunningServer } from "./running-file.ts";

/** A server that is well answers at once; one that hangs doesn't. */
const ANSWER_MS = 5000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** The answer of `GET path` as it was parsed. Rejects with why there is none. */
export async function askServer(server: RunningServer, path: string): Promise<unknown> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await openAnswer(server, { path, signal });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError("the answer is too long");
    chunks.push(chunk);
  }
  if (response.statusCode !== 200) throw new TypeError(`HTTP ${String(response.statusCode)}`);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** The answer of `GET path`, to be read. Rejects where there is none. */
export function openAnswer(
  { url, token }: RunningServer,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (url === null) {
      reject(new TypeError("neither page nor API is served"));
      return;
    }
    const headers = { authorization: `Bearer ${token}` };
    const ask = url.startsWith("https:")
      ? tlsRequest(url + path, { headers, signal, rejectUnauthorized: false })
      : plainRequest(url + path, { headers, signal });
    ask.on("response", resolve);
    ask.on("error", reject);
    ask.end();
  });
}
