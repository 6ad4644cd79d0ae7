// A first week, as a new user lives it: begin, invite, say where we are going, explain, decide, acknowledge,
// promise, settle anew, triage, and, three days on, have it said back. At 1280 and at 360 pixels.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch, open, serve } from "./browser.mjs";
import { sound, tabTo } from "./flow.mjs";

const PASSWORD = "correct horse battery";

function dayAhead(days) {
  return new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);
}

/** Chooses the option that shows a text. */
async function choose(page, selector, text) {
  const value = await page.locator(`${selector} option`, { hasText: text }).first().getAttribute("value");
  await page.selectOption(selector, value);
}

/** Presses the primary button of the page. */
async function go(page) {
  await page.locator("main button.primary").first().click();
  await page.waitForLoadState();
}

async function signIn(page, server, email) {
  await page.goto(`${server.address}/signin`);
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
  await go(page);
  await page.waitForURL(/\/today/);
}

async function aim(page, server, kind, title, why, serves) {
  await page.goto(`${server.address}/aims/new`);
  await choose(page, "#circle", "Northwind IT");
  await page.selectOption("#kind", kind);
  await go(page);
  await page.fill("#title", title);
  await page.fill("#why", why);
  if (serves) await choose(page, "#serves", serves);
  await go(page);
  await page.waitForURL(/\/aims\/[0-9a-f-]{36}/);
  return page.url();
}

for (const [width, scheme] of [[1280, "light"], [360, "dark"]]) {
  test(`a first week at ${width} pixels`, { timeout: 240_000 }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "plumb-week-"));
    const browser = await launch();
    let server = await serve(folder);
    const look = { width, scheme };
    try {
      const leader = await open(browser, server, look);
      const ann = leader.page;
      const seen = async (page, name) => sound(page, `week-${name}-${width}-${scheme}`);

      // Begin, by keyboard alone.
      await ann.goto(`${server.address}/begin`);
      await seen(ann, "begin");
      for (const [field, text] of [["organisation", "Northwind IT"], ["name", "Ann Lee"], ["email", "ann@example.org"], ["password", PASSWORD]]) {
        await tabTo(ann, `#${field}`);
        await ann.keyboard.type(text);
      }
      await ann.keyboard.press("Enter");
      await ann.waitForURL(/\/today/);
      await seen(ann, "today-empty");

      // Invite a second person, who joins by the link.
      await ann.goto(`${server.address}/people`);
      await seen(ann, "people");
      await ann.getByRole("link", { name: "Northwind IT" }).first().click();
      await ann.getByRole("link", { name: "Add a person" }).first().click();
      await ann.fill("#name", "Bo Kim");
      await ann.fill("#email", "bo@example.org");
      await ann.selectOption("#role", "member");
      await go(ann);
      await ann.getByRole("button", { name: "Make an invitation" }).click();
      await ann.waitForLoadState();
      await seen(ann, "invitation");
      const link = (await ann.locator("main").innerText()).match(/https?:\/\/\S+\/join\/\S+/)[0];
      const second = await open(browser, server, look);
      const bo = second.page;
      await bo.goto(link);
      await seen(bo, "join");
      await bo.fill("#password", PASSWORD);
      await go(bo);
      await bo.waitForURL(/\/today/);

      // A vision and three goals, each with its why; one is explained.
      await aim(ann, server, "vision", "Nobody waits for IT", "Waiting costs a nurse a minute that a patient needs.");
      const goal = await aim(ann, server, "goal", "Halve the hours that people wait", "The desk is where people meet us.", "Nobody waits for IT");
      await aim(ann, server, "goal", "No site hangs on one line", "A cut cable must not close a ward.", "Nobody waits for IT");
      await aim(ann, server, "goal", "Leave the old data centre", "Its lease ends, and its heat is ours to pay.", "Nobody waits for IT");
      await ann.goto(`${server.address}/aims`);
      await seen(ann, "aims");
      await ann.goto(`${goal}/add/explain`);
      await choose(ann, "#circle", "Northwind IT");
      await ann.selectOption("#way", "meeting");
      await ann.fill("#words", "People come to us when something stands still. Half the waiting is what we can do this year.");
      await seen(ann, "explain");
      await go(ann);
      await seen(ann, "aim");

      // A question of the code hangs on decisions from now on.
      await ann.goto(`${server.address}/code/checks`);
      await ann.selectOption("#template", "decision");
      await ann.fill("#question", "Does whoever it hits hear it from us first?");
      await choose(ann, "#circle", "Northwind IT");
      await go(ann);
      await seen(ann, "checks");

      // Decide in the open, with doing nothing beside it and a promise with it; tell Bo, who acknowledges.
      await ann.goto(`${server.address}/decisions/new`);
      await ann.locator("summary", { hasText: "Promise something with it" }).click();
      await ann.fill("[id='promise_what-1']", "The roster of the first week");
      await ann.fill("[id='promise_to-1']", "Bo Kim");
      await ann.fill("[id='promise_due-1']", dayAhead(20));
      await ann.fill("[id='promise_known-1']", "It hangs at the desk.");
      await seen(ann, "decision-form");
      await ann.fill("#question", "Do we open the desk at seven?");
      await ann.fill("#purpose", "The early shift has nobody to call.");
      await ann.locator("input[name=option]").first().fill("Open at seven");
      await ann.locator("input[type=radio][name=choice][value='1']").check();
      await ann.fill("#because", "A third of the calls come before eight.");
      await ann.fill("#expected", "By the summer, half of the early calls are answered within ten minutes.");
      await ann.fill("#review_on", dayAhead(90));
      await ann.getByRole("button", { name: "Decide", exact: true }).click();
      await seen(ann, "decision-not-yet");
      assert.equal(await ann.inputValue("#question"), "Do we open the desk at seven?", "nothing typed is lost");
      await ann.fill("#direction", "The early shift is served like everybody else.");
      await ann.fill("#next_step", "Bo makes the new roster.");
      await ann.fill("#gut_percent", "70");
      await ann.getByRole("button", { name: "Decide", exact: true }).click();
      await ann.waitForURL(/\/decisions\/[0-9a-f-]{36}/);
      await seen(ann, "decision");
      assert.match(await ann.locator("main").innerText(), /not answered when it was decided/);
      const decision = ann.url().match(/.*\/decisions\/[0-9a-f-]{36}/)[0];
      await ann.getByRole("link", { name: "The roster of the first week" }).click();
      await seen(ann, "promise-of-decision");
      await ann.getByRole("link", { name: "Do we open the desk at seven?" }).click();
      await ann.getByRole("link", { name: "Go through the questions of the code" }).click();
      await seen(ann, "decision-questions");
      await ann.getByRole("radio", { name: "yes", exact: true }).check();
      await go(ann);
      await seen(ann, "decision-answered");
      await ann.goto(`${decision}/tell`);
      await seen(ann, "tell");
      await ann.fill("#words", "We open at seven from next month on. The early shift has had nobody to call.");
      for (const box of await ann.locator("main input[type=checkbox][name=audience]").all()) await box.check();
      await go(ann);
      await bo.goto(`${server.address}/notices`);
      await bo.getByRole("link", { name: /open the desk at seven/i }).first().click();
      await bo.waitForURL(/\/notices\//);
      await seen(bo, "notice");
      await go(bo);

      // Promise, and ask for another day before the day.
      await bo.goto(`${server.address}/promises/new`);
      await seen(bo, "promise-form");
      await bo.fill("#whom", "Ann Lee");
      await bo.fill("#what", "A list of who calls before eight");
      await bo.fill("#due", dayAhead(10));
      await bo.fill("#known", "The list lies on the table of the Monday meeting.");
      await go(bo);
      await bo.waitForURL(/\/promises\/[0-9a-f-]{36}/);
      await seen(bo, "promise");
      const promise = bo.url();
      await bo.locator("main a", { hasText: /another day/i }).first().click();
      await bo.fill("#day", dayAhead(14));
      await bo.fill("#why", "The log of March comes on the 12th.");
      await go(bo);
      await ann.goto(promise);
      await ann.locator("main a, main button", { hasText: /agree/i }).first().click();
      await ann.waitForLoadState();
      if (/\/agree/.test(ann.url())) await go(ann);
      await ann.goto(promise);
      await seen(ann, "promise-renegotiated");
      assert.match(await ann.locator("main").innerText(), /another day|new day|renegotiated|settled anew/i);

      // Bo asks for something; Ann drops it with a reason, by one key and the keyboard.
      await bo.goto(`${server.address}/requests/new`);
      await bo.fill("#title", "A second screen for the early shift");
      await choose(bo, "#circle", "Northwind IT");
      await go(bo);
      await ann.goto(`${server.address}/today`);
      await seen(ann, "today-asked");
      // The page stays: its day is exchanged, what happened is read out, and focus is not lost.
      await ann.locator("form[data-htmx-powered]").first().waitFor({ state: "attached" });
      await ann.evaluate(() => { window.stays = true; });
      await ann.keyboard.press("x");
      await ann.keyboard.type("There is one in the store; take that.");
      await ann.keyboard.press("Enter");
      await ann.locator("#happened", { hasText: /You dropped .*second screen/ }).waitFor({ state: "attached" });
      assert.equal(await ann.evaluate(() => window.stays), true, "the page was loaded anew");
      assert.equal(await ann.evaluate(() => document.activeElement !== document.body), true, "focus is lost");
      await seen(ann, "today-dropped");
      await bo.goto(`${server.address}/requests`);
      await bo.getByRole("link", { name: /second screen/ }).first().click();
      await seen(bo, "request-told");
      assert.match(await bo.locator("main").innerText(), /take that/);

      // Each verdict has its key, and so have the last one taken back and what breaks in.
      for (const title of ["A chair", "A lamp", "A badge"]) {
        await bo.goto(`${server.address}/requests/new`);
        await bo.fill("#title", title);
        await choose(bo, "#circle", "Northwind IT");
        await go(bo);
      }
      await ann.goto(`${server.address}/today`);
      // Until then a form is sent as it is without a script.
      await ann.locator("form[data-htmx-powered]").first().waitFor({ state: "attached" });
      const said = (words) => ann.locator("#happened", { hasText: words }).waitFor({ state: "attached" });
      await ann.keyboard.press("f");
      await ann.keyboard.press("Enter");
      await said(/You put off .* The asker was told/);
      await ann.keyboard.press("u");
      await said(/The verdict is taken back/);
      await ann.keyboard.press("g");
      await ann.locator("details[open] select[name=to]").selectOption({ label: "Bo Kim" });
      await ann.locator("details[open] button", { hasText: "Ask them" }).click();
      await said(/You offered to somebody/);
      await ann.keyboard.press("d");
      await said(/You do /);
      assert.match(await ann.locator(".in-hand").innerText(), /In hand: /);
      await ann.keyboard.press("i");
      await ann.waitForURL(/interrupted=/);
      assert.match(await ann.locator("main").innerText(), /It pushed aside “A /);
      await seen(ann, "today-interrupted");
      // What was delegated is a promise of the one who takes it.
      await bo.goto(`${server.address}/today`);
      await bo.getByRole("button", { name: "I take it" }).first().click();
      await bo.locator("#happened", { hasText: /You take / }).waitFor({ state: "attached" });
      await bo.goto(`${server.address}/promises`);
      await seen(bo, "promises-taken");
      assert.match(await bo.locator("main").innerText(), /A (chair|lamp|badge)/);

      // Nobody sees what is not theirs: Bo cannot give the organisation an aim, and nobody gets a page unasked.
      await bo.goto(`${server.address}/people/import`);
      assert.match(await bo.locator("h1").innerText(), /no such page|not yours/i);
      const nobody = await open(browser, server, look);
      await nobody.page.goto(`${server.address}/promises`);
      assert.match(nobody.page.url(), /\/signin\?next=/);
      await seen(nobody.page, "signin");
      await nobody.page.getByRole("link", { name: "Forgotten your password?" }).click();
      await seen(nobody.page, "forgot");
      await nobody.context.close();
      assert.deepEqual(leader.troubles.filter((one) => !/status of (404|422)/.test(one)), []);
      await leader.context.close();
      await second.context.close();

      // Three days on, the goal is said back by the one to whom it was explained.
      await server.stop();
      server = await serve(folder, ["--days-ahead", "3"]);
      const later = await open(browser, server, look);
      await signIn(later.page, server, "bo@example.org");
      await later.page.goto(`${server.address}/aims/teach`);
      await seen(later.page, "teach");
      await later.page.locator("main a[href^='/aims/teach/']").first().click();
      await later.page.waitForURL(/\/aims\/teach\/.+/);
      await seen(later.page, "say-it-back");
      const radio = later.page.locator("input[type=radio][name=answer]").first();
      if ((await radio.count()) > 0) await radio.check();
      else await later.page.fill("#answer", "People should wait half as long, because the desk is where they meet us.");
      await go(later.page);
      await seen(later.page, "said-back");
      await later.context.close();
    } finally {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
