import assert from "node:assert/strict";
import { test } from "node:test";
import { editUsers, usersIn } from "#app/users/user-store.ts";

const text = `# the box at the gate
logLevel: info # not too much
authInternalUsers:
  - user: ann
    pass: \${ANN_PASSWORD}
    permissions:
      - action: api
paths:
  gate:
`;

test("users change and the rest of the file stays, variables in it too", () => {
  const changed = editUsers(text, (written) => [
    ...written,
    { user: "ben", pass: "argon2:$x", permissions: [{ action: "read" }] },
  ]);
  assert.match(changed, /^# the box at the gate\nlogLevel: info # not too much\n/);
  assert.match(changed, /\$\{ANN_PASSWORD\}/);
  assert.match(changed, /user: ben\n/);
  assert.match(changed, /paths:\n {2}gate:\n$/);
});

test("a file without users gets the key", () => {
  assert.match(
    editUsers("logLevel: info\n", () => [{ user: "ann", pass: "x" }]),
    /authInternalUsers:\n/,
  );
});

test("changes go through whoever changes the configuration", async () => {
  const texts: string[] = [];
  const store = usersIn({
    change: ({ edit }) => {
      texts.push(edit({ text } as never));
      return Promise.resolve({} as never);
    },
  });
  await store.change((written) => written.slice(1));
  assert.match(texts[0] ?? "", /authInternalUsers: \[\]/);
});
