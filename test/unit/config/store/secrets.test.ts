import assert from "node:assert/strict";
import { test } from "node:test";
import { fillSecrets, maskText } from "#config/store/secrets.ts";

const CANARY = "p@:/%#é";
const KNOWN = `authInternalUsers:
- user: admin
  pass: "${CANARY}"   # was: hunter2
- user: guest
  pass:
paths:
  # source: rtsp://old:${CANARY}@10.0.0.1/1
  # pass: ${CANARY}
  gate:
    source: 'rtsp://admin:${CANARY}@10.0.0.2:554/1'
  plain:
    source: rtsp://10.0.0.3/1
  flow: { source: "rtsp://u:${CANARY}@h/", whepBearerToken: ${CANARY} }
webrtcICEServers2:
- url: turn:t
  username: x
  password: ${CANARY}
`;

test("no secret is left in a text that is shown", () => {
  const shown = maskText(KNOWN);
  assert.ok(!shown.includes(CANARY) && !shown.includes("%#é"), shown);
  assert.match(shown, /# The|rtsp:\/\/10\.0\.0\.3\/1/);
  assert.match(shown, /- user: guest\n {2}pass:\n/);
});

test("a text that comes back as it was shown is the one it was", () => {
  const filled = fillSecrets(maskText(KNOWN), KNOWN);
  assert.ok(!filled.includes("<redacted>"), filled);
  assert.equal(maskText(filled), maskText(KNOWN));
  assert.equal(filled.split(CANARY).length, KNOWN.split(CANARY).length);
});

test("a text with changes keeps the secrets of what stayed", () => {
  const edited = maskText(KNOWN)
    .replace("- user: admin", "- user: new\n  pass: secret\n- user: admin")
    .replace("@10.0.0.2:554/1", "@10.0.0.2:554/2");
  const filled = fillSecrets(edited, KNOWN);
  assert.match(filled, /user: admin\n {2}pass: "p@:\/%#é"/);
  assert.ok(filled.includes(`rtsp://admin:${CANARY}@10.0.0.2:554/2`), filled);
});

test("a kept password is not sent to another host", () => {
  const edited = maskText(KNOWN).replace("@10.0.0.2:554/1", "@evil.example/1");
  assert.throws(() => fillSecrets(edited, KNOWN), { code: "config-secret-elsewhere" });
});

test("nor to one that only looks like it", () => {
  for (const place of ["@evil.example/1@10.0.0.2:554/1", "@evil.example/?a=@10.0.0.2:554/1"]) {
    const edited = maskText(KNOWN).replace("@10.0.0.2:554/1", () => place);
    assert.throws(() => fillSecrets(edited, KNOWN), { code: "config-secret-elsewhere" });
  }
});

test("a mask where nothing is kept is refused", () => {
  assert.throws(() => fillSecrets("paths:\n  x:\n    source: rtsp://a:<redacted>@h/\n", KNOWN), {
    code: "config-secret-unknown",
  });
  assert.throws(() => fillSecrets("authInternalUsers:\n- user: stranger\n  pass: <redacted>\n", KNOWN), {
    code: "config-secret-unknown",
  });
});

test("what a path has from the defaults may be sent back for the path itself", () => {
  const known = `pathDefaults:\n  source: rtsp://u:${CANARY}@h/\n  sourceOnDemand: yes\npaths:\n  a:\n`;
  const filled = fillSecrets("paths:\n  a:\n    source: rtsp://u:<redacted>@h/\n", known);
  assert.ok(filled.includes(CANARY));
});

test("text that is no YAML shows no secret either", () => {
  const shown = maskText(`pass: ${CANARY}\n  source: [rtsp://u:${CANARY}@h/\n`);
  assert.ok(!shown.includes("%#é"), shown);
});

test("a password in an address's query is hidden, comes back with its address, and stays with its host", () => {
  const known = "paths:\n  a:\n    source: rtsp://h:554/x?user=admin&password=hunter2&ch=1\n";
  const shown = maskText(known);
  assert.ok(!shown.includes("hunter2"), shown);
  assert.match(fillSecrets(shown.replace("ch=1", "ch=2"), known), /h:554\/x\?user=admin&password=hunter2&ch=2/);
  for (const evil of ["evil:554", "evil/?z=@h:554"])
    assert.throws(() => fillSecrets(shown.replace("h:554", evil), known), { code: /config-secret-(elsewhere|unknown)/ });
});

test("a line that is no YAML for want of a colon shows no secret either", () => {
  const shown = maskText(`authInternalUsers:\n- user: admin\n  pass hunter2 "x\n  pass: 'a\n'''b: [`);
  assert.ok(!shown.includes("hunter2"), shown);
});
