/** A web server on loopback that answers as it is told: somebody's own authentication, or an identity provider. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:https";
import type { Cleanup } from "#test/support/temp-dir.ts";

/** What it answers; "never" leaves the question open. */
export type ScriptedAnswer = { readonly status: number; readonly body?: string; readonly location?: string } | "never";

/** A question that arrived. */
export interface ArrivedQuestion {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** See the head of this file. */
export interface QuestionServer {
  readonly url: string;
  readonly questions: ArrivedQuestion[];
  /** Questions that are open now. */
  readonly open: () => number;
  close(): Promise<void>;
}

/** Starts one; with a certificate it speaks TLS. */
export async function startQuestionServer(
  t: Cleanup,
  answer: (question: ArrivedQuestion) => ScriptedAnswer,
  tls?: { readonly key: Buffer | string; readonly cert: Buffer | string },
): Promise<QuestionServer> {
  const questions: ArrivedQuestion[] = [];
  let open = 0;
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on("request", (request, response) => {
    open += 1;
    response.on("close", () => (open -= 1));
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const question = { method: request.method ?? "", path: request.url ?? "", body };
      questions.push(question);
      const said = answer(question);
      if (said === "never") return;
      response.writeHead(said.status, said.location === undefined ? {} : { location: said.location });
      response.end(said.body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  t.after(close);
  const { port } = server.address() as AddressInfo;
  return { url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${String(port)}/`, questions, open: () => open, close };
}
