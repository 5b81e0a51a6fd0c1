/** `/api/users` and `/api/tokens`: who may use the box; for admins. Passwords and tokens go in one direction only. */
import type { FastifyInstance } from "fastify";
import type { Accounts } from "../accounts.ts";
import type { NewToken, NewUser, TokenList, UserChange, UserList } from "../contract/session.ts";
import { sendOk } from "../replies.ts";

const role = { type: "string", enum: ["viewer", "admin"] } as const;
const name = { type: "string", minLength: 1, maxLength: 64 } as const;
const password = { type: "string", minLength: 1, maxLength: 1024 } as const;
/** Ten years. */
const days = { type: "integer", minimum: 0, maximum: 3650 } as const;

interface Named {
  readonly Params: { readonly name: string };
}

/** Adds the routes. `onGone` is told who may no longer have what they are reading: a name, or a token's. */
export function addUserRoutes(server: FastifyInstance, accounts: Accounts, onGone?: (user: string) => void): void {
  server.get("/api/users", (): UserList => ({ users: accounts.users() }));
  server.post<{ Body: NewUser }>(
    "/api/users",
    { schema: { body: { type: "object", required: ["name", "role", "password"], properties: { name, role, password } } } },
    async (request, reply) => {
      await accounts.addUser(request.body);
      return sendOk(reply.code(201));
    },
  );
  server.patch<Named & { Body: UserChange }>(
    "/api/users/:name",
    { schema: { body: { type: "object", properties: { role, password } } } },
    async (request, reply) => {
      await accounts.changeUser(request.params.name, request.body);
      if (request.body.password !== undefined) onGone?.(request.params.name);
      return sendOk(reply);
    },
  );
  server.delete<Named>("/api/users/:name", async (request, reply) => {
    await accounts.removeUser(request.params.name);
    onGone?.(request.params.name);
    return sendOk(reply);
  });
  server.get("/api/tokens", (): TokenList => ({ lasting: accounts.tokensLast, tokens: accounts.tokens() }));
  server.post<{ Body: NewToken }>(
    "/api/tokens",
    { schema: { body: { type: "object", required: ["name", "role", "days"], properties: { name, role, days } } } },
    async (request, reply) => reply.code(201).send(await accounts.addToken(request.body)),
  );
  server.delete<{ Params: { readonly id: string } }>("/api/tokens/:id", async (request, reply) => {
    const { id } = request.params;
    const token = accounts.tokens().find((entry) => entry.id === id);
    await accounts.removeToken(id);
    if (token !== undefined) onGone?.(token.name);
    return sendOk(reply);
  });
}
