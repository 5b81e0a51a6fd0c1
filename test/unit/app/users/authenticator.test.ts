import assert from "node:assert/strict";
import { test } from "node:test";
import { UserAuthenticator } from "#app/users/authenticator.ts";
import type { AccessQuestion } from "#app/users/access-question.ts";
import type { AccessAnswer, TokenLookup } from "#app/users/authenticator.ts";
import { createSchema } from "#app/schema.ts";
import { systemRandom } from "#base/random.ts";
import { loadText } from "#config/load.ts";
import type { User } from "#config/options.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

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

const clock = new ManualClock();

function usersOf(text: string): readonly User[] {
  const { config } = loadText(createSchema(), text);
  assert.ok(config);
  return config.users;
}

function authenticator(text: string, tokens?: TokenLookup): UserAuthenticator {
  return new UserAuthenticator(usersOf(text), { clock, random: systemRandom, ...(tokens && { tokens }) });
}

const { signal } = new AbortController();

/** The answer, and how long it took on a clock that runs on by itself. */
async function ask(asked: UserAuthenticator, question: AccessQuestion): Promise<AccessAnswer & { tookMs: number }> {
  const from = clock.now();
  let until: number | undefined;
  const answer = asked.authorize(question, signal).finally(() => (until = clock.now()));
  for (let step = 0; step < 40 && until === undefined; step += 1) await clock.run(100);
  return { ...(await answer), tookMs: (until ?? clock.now()) - from };
}
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

test("name, password, address and permission must all fit", async () => {
  const configured = authenticator(users);
  assert.equal(configured.claimed, true);
  const table: readonly [Partial<AccessQuestion>, boolean][] = [
    [{}, false],
    [{ credentials: as("joe", "hunter2") }, true],
    [{ credentials: as("joe", "hunter3"), address: "192.168.1.10" }, false],
    [{ credentials: as("Joe", "hunter2"), address: "192.168.1.11" }, false],
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
    [{ credentials: as("test", "wrong"), address: "192.168.1.12" }, false],
    [{ credentials: as("any", ""), address: "192.168.1.13" }, false],
  ];
  for (const [question, granted] of table) {
    const { kind } = await ask(configured, { ...base, ...question });
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

test("wrong credentials are answered late, right ones and none at once", async () => {
  const configured = authenticator(users);
  assert.equal((await ask(configured, base)).tookMs, 0);
  assert.equal((await ask(configured, { ...base, credentials: as("joe", "hunter2") })).tookMs, 0);
  const { tookMs } = await ask(configured, { ...base, credentials: as("joe", "nothunter") });
  assert.ok(tookMs >= 900 && tookMs <= 2600, String(tookMs));
  const notAllowed = await ask(configured, { ...base, action: "api", credentials: as("joe", "hunter2") });
  assert.ok(notAllowed.tookMs >= 900, "or the time would tell that the password is right");
});

test("after five wrong ones an address isn't looked at, not even when it is right, until it has waited", async () => {
  const configured = authenticator(users);
  const guess = { ...base, address: "10.9.9.9", credentials: as("joe", "guess") };
  const right = { ...guess, credentials: as("joe", "hunter2") };
  for (let attempt = 0; attempt < 10; attempt += 1) {
    assert.equal((await ask(configured, guess)).kind, "refused");
    await clock.run(20_000);
  }
  const refused = await ask(configured, right);
  assert.ok(refused.kind === "refused" && (refused.retryAfterMs ?? 0) > 0);
  assert.equal((await ask(configured, { ...right, address: "10.9.9.8" })).kind, "granted", "the owner gets in from elsewhere");
  assert.equal((await ask(configured, right)).kind, "granted", "what was right a moment ago is believed");
  await clock.run(61_000);
  assert.equal((await ask(configured, right)).kind, "granted");
});

test("one account guessed at from many addresses is looked at ever more seldom", async () => {
  const configured = authenticator(users);
  let looked = 0;
  const watched = (address: string): AccessQuestion => ({
    ...base,
    address,
    credentials: {
      kind: "digest",
      user: "joe",
      proves: () => {
        looked += 1;
        return false;
      },
    },
  });
  const until = clock.now() + 3_600_000;
  for (let round = 0; clock.now() < until; round += 1) {
    const answers = Array.from({ length: 50 }, (_, index) => configured.authorize(watched(`10.0.1.${String(index)}`), signal));
    await clock.run(30_000);
    await Promise.all(answers);
  }
  assert.ok(looked <= 300, `${String(looked)} guesses of one hour were looked at`);
  const from = clock.now();
  assert.equal((await ask(configured, { ...base, address: "10.0.2.1", credentials: as("joe", "hunter2") })).kind, "granted");
  assert.ok(clock.now() - from <= 5000, "the owner gets in from another address");
});

test("a hundred viewers with the same expensive password cost one computation", async () => {
  const hash = "argon2:$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$xkOSORdN8A0AcIfl1cq6l8Dp/fJjCWQThrVhBte4eO8";
  const text = `authInternalUsers: [{user: wall, pass: "${hash}", permissions: [{action: read}]}]`;
  const configured = authenticator(text);
  const question = { ...base, credentials: as("wall", "test") };
  const answers = await Promise.all(Array.from({ length: 100 }, () => configured.authorize(question, signal)));
  assert.ok(answers.every((answer) => answer.kind === "granted"));
});

test("other users count at once, also for those who were let in before", async () => {
  const configured = authenticator(users);
  const question = { ...base, address: "10.3.3.3", credentials: as("joe", "hunter2") };
  assert.equal((await ask(configured, question)).kind, "granted");
  configured.replaceUsers(usersOf(users.replace("hunter2", "hunter9")));
  assert.equal((await ask(configured, question)).kind, "refused");
});

test("the role in the own API follows from the permissions", async () => {
  const configured = authenticator(
    `${users}
  - user: boss
    pass: hunter7
    permissions: [{action: api}]
  - user: sender
    pass: hunter8
    permissions: [{action: publish}]
`,
    { find: (token) => (token === "slc_x" ? { kind: "role", user: "script", role: "viewer" } : undefined) },
  );
  const role = async (credentials: AccessQuestion["credentials"], address = "192.168.1.9"): Promise<unknown> => {
    const standing = await configured.standing({ address, credentials }, signal);
    return standing.kind === "known" ? standing.role : standing;
  };
  assert.equal(await role({ kind: "none" }), undefined);
  assert.equal(await role({ kind: "none" }, "127.0.0.1"), "admin", "any@127.0.0.1 may do api");
  assert.equal(await role(as("boss", "hunter7")), "admin");
  assert.equal(await role(as("joe", "hunter2")), "viewer");
  assert.equal(await role(as("sender", "hunter8")), undefined);
  assert.equal(await role({ kind: "token", token: "slc_x" }), "viewer");
  const token = { ...base, credentials: { kind: "token", token: "slc_x" } } as const;
  assert.equal((await ask(configured, token)).kind, "granted");
  assert.equal((await ask(configured, { ...token, action: "api" })).kind, "refused");
});

test("another permission does where the question says so, at once and for whoever has either", async () => {
  const configured = authenticator(`
authInternalUsers:
  - {user: scraper, pass: hunter4, permissions: [{action: metrics}]}
  - {user: boss, pass: hunter5, permissions: [{action: api}]}
  - {user: joe, pass: hunter6, permissions: [{action: read}]}
`);
  const question = { ...base, action: "api", or: "metrics", path: "" } as const;
  for (const credentials of [as("scraper", "hunter4"), as("boss", "hunter5")]) {
    assert.deepEqual(await ask(configured, { ...question, credentials }).then(({ kind, tookMs }) => [kind, tookMs < 1000]), [
      "granted",
      true,
    ]);
  }
  assert.equal((await ask(configured, { ...question, credentials: as("joe", "hunter6") })).kind, "refused");
  assert.equal((await ask(configured, { ...question, or: undefined, credentials: as("scraper", "hunter4") })).kind, "refused");
});

test("while nobody is configured this machine itself is admin", async () => {
  const nobody = authenticator("");
  const none = { kind: "none" } as const;
  assert.deepEqual(await nobody.standing({ address: "127.0.0.1", credentials: none }, signal), {
    kind: "known",
    role: "admin",
    user: "",
  });
  assert.deepEqual(await nobody.standing({ address: "10.0.0.1", credentials: none }, signal), {
    kind: "known",
    role: undefined,
    user: "",
  });
});
