// From the first run to the brief: a file is dropped, the guess is shown and corrected, the import is watched.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch, open, serve } from "./browser.mjs";
import { drop, sound, tabTo, unknownExport } from "./flow.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** A server over an empty folder that goes away with the test. */
async function emptyServer(use) {
  const folder = mkdtempSync(path.join(tmpdir(), "plumb-import-"));
  const server = await serve(path.join(folder, "record"));
  try {
    await use(server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ROWS = 60000;

for (const [width, scheme] of [[1280, "light"], [360, "dark"], [320, "light"]]) {
  test(`a dropped file becomes a brief at ${width} pixels, ${scheme}`, async () => {
    await emptyServer(async (server) => {
      const { context, page, troubles } = await open(browser, server, { width, scheme });
      const name = (step) => `import-${step}-${width}-${scheme}`;
      await page.goto(server.address);
      assert.match(await page.locator("h1").innerText(), /Begin with an export/);
      await sound(page, name("first"));

      await drop(page, "form[data-drop]", "tickets.csv", unknownExport(ROWS));
      await page.waitForURL(/\/import\/[0-9a-f]{32}$/, { timeout: 60000 });
      await page.getByRole("heading", { level: 1, name: "How it would be read" }).waitFor({ timeout: 60000 });
      const guessed = await page.locator("main").innerText();
      assert.match(guessed, /guessed from names and values/);
      assert.match(guessed, /60,000 rows: 60,000 would be taken, 0 set aside/);
      assert.match(guessed, /R-0\b/, "the first rows are shown");
      assert.equal(await page.locator('select[name="field0.id"]').inputValue(), "ticket no");
      assert.equal(await page.locator('select[name="field0.opened"]').inputValue(), "created on");
      await sound(page, name("guess"));

      // One field was guessed wrongly: it is corrected.
      const title = page.locator('select[name="field0.title"]');
      assert.equal(await title.inputValue(), "remark");
      await title.selectOption("topic");
      await page.getByRole("button", { name: "Look again with these" }).click();
      await page.getByText("Read as you told it.").waitFor({ timeout: 60000 });
      assert.equal(await title.inputValue(), "topic");
      assert.doesNotMatch(await page.locator("main").innerText(), / --[a-z]/, "a page speaks of no flags");
      await sound(page, name("corrected"));

      const events = page.waitForResponse((answer) => answer.url().endsWith("/events") && answer.url().includes("/import/"), { timeout: 60000 });
      await page.getByRole("button", { name: "Import", exact: true }).first().click();
      await page.locator("progress").waitFor({ timeout: 60000 });
      assert.equal((await events).headers()["content-type"], "text/event-stream");
      assert.match(await page.locator("[data-told]").innerText(), /\S/, "progress is told in words too");

      await page.waitForURL(/\/\?imported=[0-9a-f]{32}$/, { timeout: 60000 });
      await page.locator("article.brief").waitFor({ timeout: 120000 });
      const brief = await page.locator("main").innerText();
      assert.match(brief, /tickets\.csv: 60,000 rows read = 60,000 kept \+ 0 updated \+ 0 unchanged \+ 0 set aside/);
      assert.match(brief, /recorded (about )?60,000 calls for help/);
      await sound(page, name("brief"));

      // The corrected column is the one that was kept.
      await page.goto(`${server.address}/rows?q=out+of+paper`);
      assert.match(await page.locator("main").innerText(), /20,000 rows/);
      assert.deepEqual(troubles, []);
      await context.close();
    });
  });
}

test("the same by keyboard alone at 360 pixels", async () => {
  await emptyServer(async (server) => {
    const { context, page, troubles } = await open(browser, server, { width: 360 });
    await page.goto(server.address);
    await tabTo(page, "#file");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Space")]);
    await chooser.setFiles({ name: "tickets.csv", mimeType: "text/csv", buffer: unknownExport(3000) });
    await tabTo(page, "form[data-drop] button");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "How it would be read" }).waitFor({ timeout: 60000 });

    const title = page.locator('select[name="field0.title"]');
    await tabTo(page, 'select[name="field0.title"]');
    await page.keyboard.type("topic");
    assert.equal(await title.inputValue(), "topic");
    // A field that was not found lies behind a disclosure: it is opened by keyboard, too.
    const group = page.locator('select[name="field0.group"]');
    for (let tries = 0; tries < 10 && !(await group.isVisible()); tries += 1) {
      await tabTo(page, "summary");
      await page.keyboard.press("Enter");
    }
    await tabTo(page, 'select[name="field0.group"]');
    await page.keyboard.type("squad");
    await tabTo(page, 'button[value="look"]');
    await page.keyboard.press("Enter");
    await page.getByText("Read as you told it.").waitFor({ timeout: 60000 });
    assert.equal(await title.inputValue(), "topic");
    assert.equal(await group.inputValue(), "squad");

    await tabTo(page, 'button[value="import"]');
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/\?imported=/, { timeout: 60000 });
    await page.locator("article.brief").waitFor({ timeout: 120000 });
    assert.match(await page.locator("main").innerText(), /3,000 rows read = 3,000 kept/);
    assert.deepEqual(troubles, []);
    await context.close();
  });
});

test("without JavaScript a file is chosen, seen and imported", async () => {
  await emptyServer(async (server) => {
    const { context, page } = await open(browser, server, { javaScript: false });
    await page.goto(server.address);
    await page.setInputFiles("#file", { name: "tickets.csv", mimeType: "text/csv", buffer: unknownExport(3000) });
    await page.getByRole("button", { name: "Look at it" }).click();
    // The page of progress loads itself again until there is something to see.
    await page.getByRole("button", { name: "Import", exact: true }).first().click({ timeout: 60000 });
    await page.locator("article.brief").waitFor({ timeout: 120000 });
    assert.match(await page.locator("main").innerText(), /3,000 rows read = 3,000 kept/);
    await context.close();
  });
});

test("what is no export is refused in words, and the record stays empty", async () => {
  await emptyServer(async (server) => {
    const { context, page } = await open(browser, server, { width: 360 });
    await page.goto(server.address);
    await drop(page, "form[data-drop]", "picture.png", Buffer.from("\x89PNG\r\n\x1a\n0000", "latin1"));
    await page.getByText("This cannot be read.").waitFor({ timeout: 60000 });
    assert.equal(await page.getByRole("button", { name: "Import", exact: true }).count(), 0);
    await sound(page, "import-refused-360-light");
    await page.goto(`${server.address}/problems`);
    assert.match(await page.locator("main").innerText(), /There is nothing here yet/);
    await sound(page, "empty-360-light");
    await context.close();
  });
});
