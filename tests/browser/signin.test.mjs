// The sign-in page, and that nothing is shown before it.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch, open, plumb, serve } from "./browser.mjs";
import { sound, tabTo } from "./flow.mjs";

test("a password is asked for, by keyboard, at every width", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "plumb-signin-"));
  const data = path.join(folder, "record");
  const set = spawnSync(plumb, ["password", "--data", data], { input: "correct horse battery\n" });
  assert.equal(set.status, 0, String(set.stderr));
  const browser = await launch();
  const server = await serve(data);
  try {
    for (const [width, scheme] of [[1280, "light"], [360, "dark"], [320, "light"]]) {
      const { context, page } = await open(browser, server, { width, scheme });
      await page.goto(`${server.address}/problems`);
      assert.match(page.url(), /\/password\?next=/);
      await sound(page, `signin-${width}-${scheme}`);
      await tabTo(page, "#password");
      await page.keyboard.type("wrong password");
      await page.keyboard.press("Enter");
      await page.getByText("This is not the password.").waitFor();
      await sound(page, `signin-wrong-${width}-${scheme}`);
      await tabTo(page, "#password");
      await page.keyboard.type("correct horse battery");
      await page.keyboard.press("Enter");
      await page.waitForURL(`${server.address}/problems`);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL(/\/password/);
      await context.close();
    }
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
