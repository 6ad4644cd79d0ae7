// What people do with problems: put together, split, rename, dismiss, undo, the canvas; by mouse, by keyboard
// alone, without a script, wide and narrow, light and dark.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch, open, plumb, serve } from "./browser.mjs";
import { sound, tabTo } from "./flow.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

/** A desk whose tickets say what they are about: four problems, and single cases. */
function worded() {
  const told = [
    ["Label printer in the warehouse prints blank labels", "Warehouse label printer: blank labels again", "Warehouse"],
    ["VPN tunnel drops every hour from the hotel", "VPN tunnel from hotel wireless drops each hour", "Network"],
    ["Payroll export fails with error PX-4471", "Error PX-4471 in the payroll export", "Payroll"],
    ["Meeting room screen stays black after docking", "Screen in the meeting room black when docking", "Rooms"],
  ];
  const alone = ["badge", "invoice", "calendar", "headset", "timesheet", "scanner", "customs", "expense", "keyboard"];
  const verbs = ["was lost", "needs a renewal", "shows last year", "cannot be ordered", "arrived twice", "smells odd"];
  const lines = ["number,opened_at,resolved_at,incident_state,category,business_service,assignment_group,short_description,caller_id"];
  for (let row = 0; row < 240; row += 1) {
    const day = new Date(Date.UTC(2026, 0, 5) + Math.floor(row / 2) * 86400000).toISOString().slice(0, 10);
    const kind = row % 6;
    const title = kind < 4 ? told[kind][Math.floor(row / 6) % 2] : `The ${alone[row % 9]} of floor ${row} ${verbs[Math.floor(row / 9) % 6]}`;
    const service = kind < 4 ? told[kind][2] : "Other";
    lines.push(`INC${row},${day} 08:${String(row % 60).padStart(2, "0")}:00,${day} 12:00:00,Closed,Category ${kind},${service},Team ${row % 3},"${title}",Caller ${row % 17}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A server over a desk of its own, its problems worked out. */
async function worded_server(use) {
  const folder = mkdtempSync(path.join(tmpdir(), "plumb-problems-"));
  const data = path.join(folder, "record");
  writeFileSync(path.join(folder, "incidents.csv"), worded());
  const imported = spawnSync(plumb, ["import", path.join(folder, "incidents.csv"), "--data", data]);
  assert.equal(imported.status, 0, String(imported.stderr));
  const server = await serve(data);
  try {
    await use(server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const list = (page) => page.locator("ol.problems > li");

/** Opens the list once everything is worked out. */
async function listed(page, server) {
  await page.goto(`${server.address}/problems`);
  await list(page).first().waitFor({ timeout: 60000 });
}

async function problem(page, server, words) {
  await listed(page, server);
  await page.locator("ol.problems h2 a").filter({ hasText: words }).first().click();
  await page.locator("h1").filter({ hasText: words }).waitFor();
}

// Each page of these is looked at in all four looks in pages.test.mjs; what acts lead to in two.
for (const [width, scheme] of [[1280, "light"], [360, "dark"]]) {
  test(`a problem is acted on and everything is undone at ${width} pixels, ${scheme}`, async () => {
    await worded_server(async (server) => {
      const name = (what) => `problem-${what}-${width}-${scheme}`;
      const { context, page, troubles } = await open(browser, server, { width, scheme });
      await listed(page, server);
      const all = await list(page).count();
      await sound(page, name("list"));

      // Put together, seen in the list at once, and undone.
      await problem(page, server, "abel printer");
      await sound(page, name("page"));
      assert.ok((await page.locator("mark").count()) > 0, "the words are marked in the tickets");
      await page.getByRole("link", { name: "Put together with another" }).click();
      await sound(page, name("merge"));
      await page.getByRole("button", { name: "Put together" }).click();
      await page.getByText("Choose one of them first.").first().waitFor();
      await sound(page, name("merge-wrong"));
      await page.getByRole("radio", { name: /VPN tunnel/ }).check();
      await page.getByLabel("Your name").fill("Ada");
      await page.getByRole("button", { name: "Put together" }).click();
      await page.locator(".notice[role=status]").filter({ hasText: "Put together" }).waitFor();
      await sound(page, name("merged"));
      await listed(page, server);
      assert.equal(await list(page).count(), all - 1);
      await problem(page, server, "abel printer");
      await page.getByRole("button", { name: /^Undo: Put together/ }).click();
      await page.locator(".notice[role=status]").filter({ hasText: "Undid" }).waitFor();
      await sound(page, name("undone"));
      await listed(page, server);
      assert.equal(await list(page).count(), all);

      // Split by words.
      await problem(page, server, "abel printer");
      await page.getByRole("link", { name: "Split" }).click();
      await page.getByRole("searchbox").fill("again");
      await page.getByRole("button", { name: "Show those" }).click();
      await page.getByRole("checkbox", { name: /^All 20 that fit/ }).check();
      await page.getByLabel("Title of what is split off").fill("Blank labels, night shift");
      await sound(page, name("split"));
      await page.getByRole("button", { name: "Split off" }).click();
      await page.locator(".notice[role=status]").filter({ hasText: "Split 20 tickets off" }).waitFor();
      await problem(page, server, "Blank labels, night shift");

      // Renamed: a blank title is refused where it stands.
      await page.getByRole("link", { name: "Rename" }).click();
      await page.getByLabel("Title", { exact: true }).fill("   ");
      await page.getByRole("button", { name: "Rename" }).click();
      await page.locator("#title-wrong").waitFor();
      await sound(page, name("rename-wrong"));
      await page.getByLabel("Title", { exact: true }).fill("Labels stay blank at night");
      await page.getByRole("button", { name: "Rename" }).click();
      await heading(page, "Labels stay blank at night").waitFor();

      // Marked as fixed, then dismissed, and one after all.
      await page.getByRole("link", { name: "Mark as fixed" }).click();
      await page.getByLabel("Day of the fix").fill("2026-04-01");
      await page.getByLabel("Team that made it").fill("Print team");
      await sound(page, name("fixed"));
      await page.getByRole("button", { name: "Mark as fixed" }).click();
      await page.getByText("Marked as fixed on 1 April 2026 by Print team.").waitFor();
      await page.getByRole("link", { name: "Not a problem" }).click();
      await page.getByLabel("Why it is none").fill("A planned test of the labels");
      await sound(page, name("dismiss"));
      await page.getByRole("button", { name: "Not a problem" }).click();
      await page.locator(".notice[role=status]").filter({ hasText: "is not a problem" }).waitFor();
      await page.getByRole("link", { name: "1 dismissed" }).click();
      await sound(page, name("dismissed"));
      await page.getByRole("link", { name: "Labels stay blank at night" }).click();
      await page.getByRole("button", { name: /^It is one after all/ }).click();
      await page.locator(".notice[role=status]").waitFor();
      await page.goto(`${server.address}/casebook`);
      await sound(page, name("casebook"));
      assert.deepEqual(troubles.filter((trouble) => !/status of 422/.test(trouble)), []);
      await context.close();
    });
  });

  test(`a canvas is written, and every version stays, at ${width} pixels, ${scheme}`, async () => {
    await worded_server(async (server) => {
      const name = (what) => `canvas-${what}-${width}-${scheme}`;
      const { context, page, troubles } = await open(browser, server, { width, scheme });
      await problem(page, server, "PX-4471");
      await page.getByRole("link", { name: "Begin the canvas" }).click();
      await sound(page, name("empty"));
      await page.getByLabel("What was asked").fill("The export must not fail any more");
      await page.getByLabel("What is needed").fill("Salaries are paid on the 25th");
      await page.getByLabel("Hypothesis 1", { exact: true }).fill("The certificate of the bank ends each month");
      await page.locator("#h0-for").fill("It began with the new bank");
      await page.locator("#h0-against").fill("Not all exports fail");
      await page.locator("#h0-t0-what").fill("Read the certificate");
      await page.locator("#h0-t0-result").fill("Valid for 30 days");
      await page.locator("#h0-t0-on").fill("2026-03-02");
      await page.getByRole("button", { name: "Room for more" }).click();
      await page.locator("#h1-claim").fill("The file is too large");
      await page.locator("#w0").fill("Nobody renews it");
      await page.locator("#nothing-cost-low").fill("2,000");
      await page.locator("#nothing-cost-high").fill("cheap");
      await page.locator("#o0-what").fill("A certificate for two years");
      await page.locator("#owner").fill("Payroll team");
      await page.locator("#decision").fill("Taken by the board on 4 March");
      await page.getByRole("button", { name: "Keep this version" }).click();
      await page.locator("#nothing-cost-high-wrong").waitFor();
      await sound(page, name("wrong"));
      await page.locator("#nothing-cost-high").fill("9000");
      await page.getByRole("button", { name: "Keep this version" }).click();
      await page.getByRole("heading", { name: "What might be behind it" }).waitFor();
      await sound(page, name("kept"));
      assert.match(await page.locator("main").innerText(), /Tried on 2 March 2026: Read the certificate – Valid for 30 days/);

      // Two people write at once: nobody's words are lost.
      const other = await context.newPage();
      await page.getByRole("link", { name: "Go on writing" }).click();
      await other.goto(page.url());
      await other.locator("#asked").fill("Theirs");
      await other.getByRole("button", { name: "Keep this version" }).click();
      await other.locator(".notice[role=status]").waitFor();
      await page.locator("#asked").fill("Mine");
      await page.getByRole("button", { name: "Keep this version" }).click();
      await page.getByRole("heading", { name: "What is kept there now" }).waitFor();
      assert.equal(await page.locator("#asked").inputValue(), "Mine");
      await sound(page, name("two-at-once"));
      await page.getByRole("button", { name: "Keep this version" }).click();
      await page.locator(".notice[role=status]").waitFor();
      assert.equal(await page.getByRole("link", { name: /^See this version/ }).count(), 3);
      await page.getByRole("link", { name: /^See this version/ }).last().click();
      await sound(page, name("version"));
      await page.getByRole("button", { name: "Make this the newest version" }).click();
      await page.getByText("The export must not fail any more").waitFor();
      assert.deepEqual(troubles.filter((trouble) => !/status of 4(22|09)/.test(trouble)), []);
      await context.close();
    });
  });
}

test("what a text is like is told with its words, wide and at 320 pixels", async () => {
  await worded_server(async (server) => {
    for (const [width, scheme] of [[1280, "light"], [320, "dark"]]) {
      const { context, page, troubles } = await open(browser, server, { width, scheme });
      await listed(page, server);
      await page.getByLabel(/A ticket has come in/).fill("blank labels from the label printer");
      await page.getByRole("button", { name: "What is it like?" }).click();
      // The record may still be read; the page says so and asks again.
      await page.getByRole("heading", { name: "The most alike tickets" }).waitFor({ timeout: 60000 });
      assert.match(await page.locator("ol.likely").innerText(), /abel printer/);
      assert.ok((await page.locator("td mark").count()) > 0);
      await sound(page, `similar-${width}-${scheme}`);
      for (const below of ["", "/merge", "/split", "/rename", "/dismiss", "/fixed", "/canvas"]) {
        const first = await page.locator("ol.likely a").first().getAttribute("href").catch(() => null);
        if (first) await page.goto(server.address + first + below);
        await sound(page, `narrow${below.replace("/", "-")}-${width}-${scheme}`);
        if (first) await page.goBack();
      }
      assert.deepEqual(troubles, []);
      await context.close();
    }
  });
});

test("by keyboard alone a problem is renamed, put together and undone", async () => {
  await worded_server(async (server) => {
    const { context, page, troubles } = await open(browser, server, { width: 360 });
    await problem(page, server, "abel printer");
    const at = page.url();
    await tabTo(page, 'a[href$="/rename"]');
    await page.keyboard.press("Enter");
    await page.waitForURL("**/rename");
    await tabTo(page, "#title");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Labels stay blank");
    await tabTo(page, 'main form[method="post"] button.primary');
    await page.keyboard.press("Enter");
    await heading(page, "Labels stay blank").waitFor();
    await page.goto(`${at}/merge`);
    await tabTo(page, 'input[name="other"]');
    await page.keyboard.press("Space");
    await tabTo(page, 'main form[method="post"] button.primary');
    await page.keyboard.press("Enter");
    await page.locator(".notice[role=status]").waitFor();
    await tabTo(page, ".notice button");
    await page.keyboard.press("Enter");
    await page.locator(".notice[role=status]").filter({ hasText: "Undid" }).waitFor();
    // Ticks and the canvas.
    await page.goto(`${at}/split`);
    await tabTo(page, 'input[name="ticket"]');
    await page.keyboard.press("Space");
    await tabTo(page, 'main form[method="post"] button.primary');
    await page.keyboard.press("Enter");
    await page.locator(".notice[role=status]").filter({ hasText: "Split 1 ticket off" }).waitFor();
    await tabTo(page, ".notice button");
    await page.keyboard.press("Enter");
    await page.locator(".notice[role=status]").filter({ hasText: "Undid" }).waitFor();
    // No problem, and one after all.
    await page.goto(`${at}/dismiss`);
    await tabTo(page, "#reason");
    await page.keyboard.type("A planned test");
    await tabTo(page, 'main form[method="post"] button.primary');
    await page.keyboard.press("Enter");
    await page.locator(".notice[role=status]").filter({ hasText: "A planned test" }).waitFor();
    await tabTo(page, ".notice button");
    await page.keyboard.press("Enter");
    await page.locator(".notice[role=status]").filter({ hasText: "Undid" }).waitFor();
    await page.goto(`${at}/canvas`);
    await tabTo(page, "#asked");
    await page.keyboard.type("Labels that can be read");
    await tabTo(page, "form.canvas button.primary");
    await page.keyboard.press("Enter");
    await page.getByText("Labels that can be read").first().waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
  });
});

test("without JavaScript everything can be done too", async () => {
  await worded_server(async (server) => {
    const { context, page } = await open(browser, server, { javaScript: false });
    for (let tries = 0; tries < 60; tries += 1) {
      await page.goto(`${server.address}/problems`);
      if ((await list(page).count()) > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const all = await list(page).count();
    await page.locator("ol.problems h2 a").filter({ hasText: "abel printer" }).first().click();
    await page.getByRole("link", { name: "Put together with another" }).click();
    await page.getByRole("radio").first().check();
    await page.getByRole("button", { name: "Put together" }).click();
    await page.getByRole("button", { name: /^Undo/ }).first().click();
    await page.getByRole("link", { name: "Not a problem" }).click();
    await page.getByLabel("Why it is none").fill("A test");
    await page.getByRole("button", { name: "Not a problem" }).click();
    assert.equal(await list(page).count(), all - 1);
    await page.getByRole("button", { name: /^Undo/ }).first().click();
    assert.equal(await list(page).count(), all);
    await page.locator("ol.problems h2 a").first().click();
    await page.getByRole("link", { name: "Begin the canvas" }).click();
    await page.getByLabel("What is needed").fill("To work");
    await page.getByRole("button", { name: "Room for more" }).click();
    assert.equal(await page.getByLabel("What is needed").inputValue(), "To work");
    await page.getByRole("button", { name: "Keep this version" }).click();
    assert.match(await page.locator("main").innerText(), /To work/);
    // Themes open without a script.
    await page.goto(`${server.address}/similar?text=payroll+export`);
    for (let tries = 0; tries < 60 && (await page.locator("ol.likely").count()) === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await page.reload();
    }
    assert.match(await page.locator("main").innerText(), /PX-4471/);
    await context.close();
  });
});

test("who is signed in chooses an owner and the decision, at both looks", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "plumb-owners-"));
  const data = path.join(folder, "record");
  writeFileSync(path.join(folder, "incidents.csv"), worded());
  for (const words of [["import", path.join(folder, "incidents.csv")], ["demo"]]) {
    const ran = spawnSync(plumb, [...words, "--data", data]);
    assert.equal(ran.status, 0, String(ran.stderr));
  }
  const server = await serve(data);
  try {
    for (const look of [{ width: 1280, scheme: "light" }, { width: 360, scheme: "dark" }]) {
      const { context, page, troubles } = await open(browser, server, look);
      await page.goto(`${server.address}/signin`);
      await page.fill("#email", "ada@alder.example");
      await page.fill("#password", "a sample, no secret");
      await page.locator("main button.primary").first().click();
      await page.waitForURL(/\/today/);
      await problem(page, server, "abel printer");
      const at = page.url();
      await page.goto(`${at}/canvas`);
      await sound(page, `canvas-signed-in-${look.width}`);
      // Every field has the room of its form: a choice beside a heading would be as narrow as a letter.
      const { width } = await page.locator("#owner_person").boundingBox();
      assert.ok(width > 200, `the owner's list is ${width} pixels wide`);
      const trial = await page.locator(".trial input").first().boundingBox();
      assert.ok(trial.width > 150, `what was tried is written into ${trial.width} pixels`);
      const owner = page.locator("#owner_person option").nth(1);
      const name = (await owner.textContent()).trim();
      await page.selectOption("#owner_person", await owner.getAttribute("value"));
      const decision = page.locator("#decision_of option").nth(1);
      const question = (await decision.textContent()).trim();
      await page.selectOption("#decision_of", await decision.getAttribute("value"));
      await page.getByRole("button", { name: "Keep this version" }).click();
      await page.getByText(name).first().waitFor();
      await sound(page, `problem-with-an-owner-${look.width}`);
      await page.getByRole("link", { name: question.slice(0, 20) }).first().click();
      await page.waitForURL(/\/decisions\//);
      assert.equal(await page.locator(`main a[href="${new URL(at).pathname}"]`).count(), 1, "the decision names its problem");
      await sound(page, `decision-of-a-problem-${look.width}`);
      assert.deepEqual(troubles, []);
      await context.close();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
