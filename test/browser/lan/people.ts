/** The people of a box, by their browsers in its LAN. Run by ../lan.test.ts in a network of its own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { lan, onTheBox } from "#test/support/own-network.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import type { SluiceProcess } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { seeMoving } from "#test/support/watched-video.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";

const PASSWORDS = { admin: "four quiet cameras", guard: "the night is young", later: "another long word" } as const;

const codeOf = (box: SluiceProcess): string => /claim code (\S+?)[,)]/.exec(box.log())?.[1] ?? "";

async function logIn(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel("User").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** `sluice passwd`, with the new password on standard input, as on the box's console. */
async function passwd(box: SluiceProcess, user: string, password: string): Promise<void> {
  const program = spawn(join(ROOT, "scripts", "sluice"), ["passwd", user, "--config", box.file], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  program.stdin.end(`${password}\n`);
  assert.deepEqual(await once(program, "exit"), [0, null]);
}

describe("people", () => {
  const browser = sharedChromium();
  const open = async (t: TestContext, address: string): Promise<Page> => {
    const context = await browser().newContext({ locale: "en-GB" });
    t.after(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(address);
    return page;
  };

  test("whoever has the code from the log owns the box; others log in, with the rights they were given", async (t) => {
    const box = await startSluice(t, { host: lan.box, through: onTheBox(), page: true, args: ["--demo"], config: "" });
    const owner = await open(t, box.pageUrl);

    await t.test("until then nothing is shown to anybody in the LAN", async () => {
      await owner.getByText("This box has no owner yet").waitFor();
      for (const path of ["/api/cameras", "/api/events", "/live/demo/index.m3u8", "/v3/paths/list"]) {
        const { status } = await fetch(`${box.pageUrl}${path}`);
        assert.ok(status === 401 || status === 403, `${path}: ${String(status)}`);
      }
    });

    await t.test("a wrong code says so in place; the right one opens the box", async () => {
      await owner.getByLabel("Code").fill("AAAA-AAAA");
      await owner.getByLabel("Password").fill(PASSWORDS.admin);
      await owner.getByRole("button", { name: "Claim the box" }).click();
      await owner.locator(".wrong").waitFor();
      await owner.getByLabel("Code").fill(codeOf(box).toLowerCase());
      await owner.getByRole("button", { name: "Claim the box" }).click();
      await owner.getByText("1 of 1 camera live").waitFor();
      await seeMoving(owner, { selector: '[data-camera="demo"] video' });
      const file = readFileSync(box.file, "utf8");
      assert.match(file, /argon2|scrypt/);
      assert.doesNotMatch(file, new RegExp(PASSWORDS.admin));
    });

    const guard = await open(t, box.pageUrl);
    await t.test("somebody else gets the login, and a wrong password is refused in words", async () => {
      await logIn(guard, "admin", "not the right one");
      await guard.locator(".wrong").waitFor();
      assert.match(await guard.locator(".wrong").innerText(), /user|password/i);
    });

    await t.test("the owner makes a viewer, who sees the cameras and can change nothing", async () => {
      await owner.goto(`${box.pageUrl}/settings`);
      const add = owner.locator("form").filter({ hasText: "Add a user" });
      await add.getByLabel("User").fill("guard");
      await add.getByLabel("Password").fill(PASSWORDS.guard);
      await add.getByRole("button", { name: "Add" }).click();
      await owner.locator(".backup", { hasText: "guard" }).waitFor();
      await logIn(guard, "guard", PASSWORDS.guard);
      await guard.getByText("1 of 1 camera live").waitFor();
      await seeMoving(guard, { selector: '[data-camera="demo"] video' });
      assert.equal(await guard.getByText("Add a camera").count(), 0);
      const status = await guard.evaluate<number>("fetch('/api/config').then((answer) => answer.status)");
      assert.equal(status, 403);
    });

    await t.test("a new password ends that user's logins at once, and is good for a new one", async () => {
      await owner.locator(".backup", { hasText: "guard" }).getByRole("button", { name: "New password" }).click();
      await owner.locator("dialog").getByLabel("Password").fill(PASSWORDS.later);
      await owner.locator("dialog").getByRole("button", { name: "Save" }).click();
      await guard.getByRole("button", { name: "Log in" }).waitFor();
      await logIn(guard, "guard", PASSWORDS.later);
      await guard.getByText("1 of 1 camera live").waitFor();
    });

    await t.test("logging out everywhere ends the owner's other browsers too", async () => {
      const second = await open(t, box.pageUrl);
      await logIn(second, "admin", PASSWORDS.admin);
      await second.getByText("1 of 1 camera live").waitFor();
      await owner.getByRole("button", { name: "Log out everywhere" }).click();
      await owner.getByRole("button", { name: "Log in" }).waitFor();
      await second.getByRole("button", { name: "Log in" }).waitFor();
      assert.match(await guard.locator("h1").innerText(), /1 of 1 camera live/);
    });

    await t.test("a forgotten password is set anew on the box itself, without a restart", async () => {
      await passwd(box, "admin", PASSWORDS.later);
      await waitUntil(
        async () => {
          await logIn(owner, "admin", PASSWORDS.later);
          return owner
            .getByText("Users")
            .first()
            .waitFor({ timeout: 2000 })
            .then(() => true)
            .catch(() => false);
        },
        { what: "the login with the new password", timeoutMs: 30_000, pollMs: 500 },
      );
    });
  });

  test("where anybody may read, the page opens as a viewer, and whoever may more logs in from there", async (t) => {
    const config =
      "authInternalUsers:\n- user: any\n  permissions:\n  - action: read\n- user: boss\n  pass: a boss has one\n  permissions:\n  - action: api\n  - action: read\n";
    const box = await startSluice(t, { host: lan.box, through: onTheBox(), page: true, args: ["--demo"], config });
    const page = await open(t, box.pageUrl);
    await page.getByText("1 of 1 camera live").waitFor();
    await seeMoving(page, { selector: '[data-camera="demo"] video' });
    await page.goto(`${box.pageUrl}/settings`);
    assert.equal(await page.locator(".editor").count(), 0);
    await page.getByRole("button", { name: "Log in" }).click();
    await logIn(page, "boss", "a boss has one");
    await page.locator(".editor").waitFor();
  });
});
