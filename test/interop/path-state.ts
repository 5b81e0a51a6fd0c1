/**
 * What the API says about a path.
 */
import type { SluiceProcess } from "#test/support/sluice-process.ts";

/** Whether the path is listed as ready. */
export async function isReady(sluice: SluiceProcess, path: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/paths/get/${path}`);
  const body: unknown = await answer.json();
  return answer.ok && typeof body === "object" && body !== null && "ready" in body && body.ready === true;
}
