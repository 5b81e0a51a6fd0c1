import assert from "node:assert/strict";
import { test } from "node:test";
import { UserAuthenticator } from "#app/users/authenticator.ts";
import type { AccessQuestion } from "#app/users/authenticator.ts";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";

const users = `
authInternalUsers:
  - user: any
    ips: [127.0.0.1]
    permissions: [{action: api}]
  - user: joe
    pass: hunter2
    permissions:
      - {action: read}
      - {action: publish, path: door}
  - user: site
    pass: hunter3
    ips: [10.0.0.0/8]
    permissions: [{action: read, path: "~^nvr/[1-4]$"}]
  - user: sha256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=
    pass: sha256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=
    permissions: [{action: read}]
`;

function authenticator(text: string): UserAuthenticator {
  const { config } = loadText(createSchema(), text);
  assert.ok(config);
  return new UserAuthenticator(config.users);
}

const { signal } = new AbortController();
const base: AccessQuestion = { action: "read", path: "cam", address: "192.168.1.9", credentials: { kind: "none" } };
const as = (user: string, password: string): AccessQuestion["credentials"] => ({ kind: "password", user, password });

test("without users this machine may do everything, others nothing", async () => {
  const nobody = authenticator("");
  assert.equal(nobody.claimed, false);
  for (const action of ["read", "publish", "api"] as const) {
    assert.equal((await nobody.authorize({ ...base, action, address: "::1" }, signal)).kind, "granted");
    assert.equal((await nobody.authorize({ ...base, action }, signal)).kind, "refused");
  }
});

test("users of another method let nobody in but this machine", async () => {
  const elsewhere = authenticator("authMethod: http\nauthInternalUsers: [{user: any, permissions: [{action: read}]}]\n");
  assert.equal(elsewhere.claimed, false);
  assert.equal((await elsewhere.authorize(base, signal)).kind, "refused");
});

test("name, password, address and permission must all fit", async () => {
  const configured = authenticator(users);
  assert.equal(configured.claimed, true);
  const table: readonly [Partial<AccessQuestion>, boolean][] = [
    [{}, false],
    [{ credentials: as("joe", "hunter2") }, true],
    [{ credentials: as("joe", "hunter3") }, false],
    [{ credentials: as("Joe", "hunter2") }, false],
    [{ credentials: as("joe", "hunter2"), action: "publish" }, false],
    [{ credentials: as("joe", "hunter2"), action: "publish", path: "door" }, true],
    [{ credentials: as("joe", "hunter2"), action: "publish", path: "door/2" }, false],
    [{ credentials: as("joe", "hunter2"), action: "api" }, false],
    [{ credentials: as("site", "hunter3"), path: "nvr/2" }, false],
    [{ credentials: as("site", "hunter3"), path: "nvr/2", address: "10.1.2.3" }, true],
    [{ credentials: as("site", "hunter3"), path: "nvr/5", address: "10.1.2.3" }, false],
    [{ action: "api", path: "", address: "127.0.0.1" }, true],
    [{ action: "api", path: "", address: "::ffff:127.0.0.1" }, true],
    [{ action: "api", path: "" }, false],
    [{ credentials: as("test", "test") }, true],
    [{ credentials: as("test", "wrong") }, false],
    [{ credentials: as("any", "") }, false],
  ];
  for (const [question, granted] of table) {
    const { kind } = await configured.authorize({ ...base, ...question }, signal);
    assert.equal(kind, granted ? "granted" : "refused", JSON.stringify(question));
  }
});

test("the answer says who it is", async () => {
  assert.deepEqual(await authenticator(users).authorize({ ...base, credentials: as("joe", "hunter2") }, signal), {
    kind: "granted",
    user: "joe",
  });
});

test("a digest is proved with the stored password", async () => {
  const tried: string[] = [];
  const proves = (password: string): boolean => {
    tried.push(password);
    return password === "hunter2";
  };
  const answer = await authenticator(users).authorize({ ...base, credentials: { kind: "digest", user: "joe", proves } }, signal);
  assert.equal(answer.kind, "granted");
  assert.deepEqual(tried, ["hunter2"]);
});
