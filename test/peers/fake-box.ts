/**
 * A box that plays a part: the real page on a real listener, and an API that says what the scene says. For the browser tests
 * and, run by `node test/peers/fake-box.ts SCENE PORT`, for work on the page. Pictures come from a real server, where one is
 * named; otherwise its tiles stay without.
 */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { ErrorAnswer, Explanation } from "#api/contract/answers.ts";
import type { Change, EventRecord } from "#api/contract/events.ts";
import { HttpServer } from "#api/http-server.ts";
import { addPageRoutes } from "#api/routes/page.ts";
import { readPageFiles } from "#app/page/page-files.ts";
import { silentLogger } from "#base/log.ts";
import { createNetwork } from "#platform/network.ts";
import { CONFIG_TEXT, DOCTOR_REPORT, historyOf, probeLines, TOKENS } from "./fake-box-answers.ts";
import { sceneOf } from "./fake-box-scenes.ts";
import type { Scene, SceneName } from "./fake-box-scenes.ts";

/** Requests that changed something, as they came. */
export interface Written {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Where pictures come from: ports of a real server, and the one stream of it that every camera shows. */
export interface LiveOrigin {
  readonly webrtcPort: number;
  readonly hlsPort: number;
  readonly path: string;
}

/** See the head of this file. */
export class FakeBox {
  readonly written: Written[] = [];
  /** What the doctor waits for before it answers. */
  doctorMayEnd: Promise<unknown> = Promise.resolve();
  readonly #server: HttpServer;
  readonly #streams = new Set<ServerResponse>();
  /** Whose streams are played; undefined answers that there are none. */
  readonly #live: LiveOrigin | undefined;
  #scene: Scene;

  constructor(scene: Scene, { port = 0, live }: { readonly port?: number; readonly live?: LiveOrigin } = {}) {
    this.#scene = scene;
    this.#live = live;
    this.#server = new HttpServer({
      address: { host: "127.0.0.1", port },
      network: createNetwork(),
      log: silentLogger,
      mount: (server) => this.#mount(server),
    });
  }

  /** Where the page is. */
  get address(): string {
    return `http://127.0.0.1:${String(this.#server.port)}`;
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** The same box after a restart, on the same port. */
  reopen(port: number): FakeBox {
    return new FakeBox(this.#scene, { port });
  }

  /** Plays another scene from now on, and tells those who listen. */
  play(scene: Scene): void {
    this.#scene = scene;
    for (const stream of this.#streams) this.#sendSnapshot(stream, undefined);
  }

  /** Tells those who listen what changed. */
  change(change: Change): void {
    for (const stream of this.#streams) send(stream, "change", change);
  }

  /** Tells those who listen what happened. */
  happen(event: EventRecord): void {
    for (const stream of this.#streams) send(stream, "happened", event);
  }

  #mount(server: FastifyInstance): void {
    addPageRoutes(server, readPageFiles());
    if (this.#live !== undefined) passOn(server, this.#live);
    server.get("/api/session", () => this.#scene.session);
    server.get("/api/health", () => this.#scene.snapshot.health);
    server.get<{ Querystring: { camera?: string } }>("/api/events", (request, reply) => {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      this.#streams.add(raw);
      raw.once("close", () => this.#streams.delete(raw));
      this.#sendSnapshot(raw, request.query.camera);
    });
    server.get("/api/log/stream", (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { "Content-Type": "text/event-stream" });
      for (const line of this.#scene.log) send(reply.raw, "line", line);
    });
    server.get<{ Params: { name: string } }>("/api/cameras/:name/history", (request) =>
      historyOf(request.params.name, this.#scene.snapshot.now),
    );
    server.get("/api/config", () => ({ ...CONFIG_TEXT, etag: this.#scene.snapshot.configEtag }));
    server.get("/api/config/history", () => this.#scene.backups);
    server.get("/api/users", () => this.#scene.users);
    server.get("/api/tokens", () => TOKENS);
    server.post("/api/tokens", (request, reply) => {
      this.#note(request);
      return reply.code(201).send({ ...TOKENS.tokens[0], token: "slc_shown-once" });
    });
    server.post("/api/config/check", () => this.#scene.check);
    server.post("/api/probe", (request, reply) => {
      this.#note(request);
      return reply.type("application/x-ndjson").send(probeLines(this.#scene.probe));
    });
    server.post("/api/doctor", async (request, reply) => {
      this.#note(request);
      const { refusal } = this.#scene;
      if (refusal !== undefined) return reply.code(refusal.status).send(errorAnswer(refusal.cause));
      await this.doctorMayEnd;
      return DOCTOR_REPORT;
    });
    for (const method of ["POST", "PUT", "PATCH", "DELETE"] as const) {
      server.route({
        method,
        url: "/api/*",
        handler: (request, reply) => {
          this.#note(request);
          const { refusal } = this.#scene;
          if (refusal !== undefined) return reply.code(refusal.status).send(errorAnswer(refusal.cause));
          return { status: "ok", etag: "next", saved: "file", file: "sluice.yml", problems: [], restartNeeded: [] };
        },
      });
    }
  }

  #note({ method, url, body }: { readonly method: string; readonly url: string; readonly body: unknown }): void {
    if (url !== "/api/viewers") this.written.push({ method, path: url, body });
  }

  #sendSnapshot(stream: ServerResponse, camera: string | undefined): void {
    const { snapshot, details } = this.#scene;
    send(stream, "snapshot", { ...snapshot, camera: camera === undefined ? null : (details(camera) ?? null) });
  }
}

/** Streams come from a real server, as they are. */
function passOn(server: FastifyInstance, { webrtcPort, hlsPort, path: stream }: LiveOrigin): void {
  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const { method, url = "", headers } = from;
    const path = url.replace(/^\/live\/[^/]+\//, `/${stream}/`);
    const port = path.includes("/whep") ? webrtcPort : hlsPort;
    const onward = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      const { location } = answer.headers;
      to.writeHead(answer.statusCode ?? 502, {
        ...answer.headers,
        ...(location === undefined ? {} : { location: `/live${location}` }),
      });
      answer.pipe(to);
    });
    onward.on("error", () => to.destroy());
    to.on("close", () => onward.destroy());
    from.pipe(onward);
  };
  server.all("/live/*", {
    onRequest: (request, reply) => {
      reply.hijack();
      pass(request.raw, reply.raw);
    },
    handler: () => undefined,
  });
}

function send(stream: ServerResponse, event: string, data: object): void {
  stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function errorAnswer(cause: Explanation): ErrorAnswer {
  return { status: "error", error: cause.text.en, ...cause };
}

if (import.meta.main) {
  const [name = "healthy", port = "8090"] = process.argv.slice(2);
  const box = new FakeBox(sceneOf(name as SceneName), { port: Number(port) });
  await box.start();
  console.log(box.address);
}
