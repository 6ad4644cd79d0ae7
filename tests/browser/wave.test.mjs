// A whole wave on the pages: planned, raters chosen and confirmed, fourteen of them answer in five roles, closed, worked
// out; then the report as page and PDF, looked at by its person and by who it is shared with. Half of the raters sit at
// 1280 pixels in light, half hold 360 pixels in the dark; the report is looked at in all four.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launch, open, plumb, sample, serve } from "./browser.mjs";
import { sound } from "./flow.mjs";

const PASSWORD = "correct horse battery";
const LOOKS = [{ width: 1280, scheme: "light" }, { width: 360, scheme: "dark" }];

const GROWS = [
  "/model",
  "/model/reinforcing",
  "/model/items",
  "/training",
  "/training/listening",
  "/self-check",
  "/growth",
  "/growth/reflection",
  "/observations",
  "/recognition",
  "/ideas",
  "/thanks",
  "/me/card",
];

function dayAhead(days) {
  const there = new Date(Date.now() + days * 86400000);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" }).format(there);
}

/** Chooses the first option that shows a text. */
async function choose(page, selector, text) {
  const value = await page.locator(`${selector} option`, { hasText: text }).first().getAttribute("value");
  await page.selectOption(selector, value);
}

/** Presses the primary button of the page. */
async function go(page) {
  await page.locator("main button.primary").first().click();
  await page.waitForLoadState();
}

async function signIn(page, server, email, password) {
  await page.goto(`${server.address}/signin`);
  await page.fill("#email", email);
  await page.fill("#password", password);
  await go(page);
  await page.waitForURL(/\/today/);
}

/** Whoever is in the record joins by an invitation. */
async function join(ada, server, browser, person, look) {
  await ada.goto(`${server.address}/people/${person}`);
  await ada.getByRole("button", { name: "Make an invitation" }).click();
  await ada.waitForLoadState();
  const link = (await ada.locator("main").innerText()).match(/https?:\/\/\S+\/join\/\S+/)[0];
  const opened = await open(browser, server, look);
  await opened.page.goto(link);
  await opened.page.fill("#password", PASSWORD);
  await go(opened.page);
  await opened.page.waitForURL(/\/today/);
  return opened;
}

/** Boxes of a form under a heading: value and label. */
async function boxes(page, name) {
  return page.locator(`main input[type=checkbox][name=${name}]`).evaluateAll((all) =>
    all.map((box) => {
      let at = box.closest(".check");
      while (at && at.tagName !== "H2") at = at.previousElementSibling;
      return { value: box.value, label: box.labels[0].textContent.trim(), under: at?.innerText ?? "" };
    }),
  );
}

/** Answers every question of a form; `lot` makes the raters differ. Gives how many there were. */
async function answer(page, lot, words) {
  const names = await page.locator("main input[type=radio]").evaluateAll((all) => [...new Set(all.map((one) => one.name))]);
  for (const [at, name] of names.entries()) {
    const value = (lot + at * 7) % 23 === 0 ? "unable" : String(2 + ((lot * 3 + at * 5 + (at % 4) * lot) % 4));
    await page.locator(`input[type=radio][name="${name}"][value="${value}"]`).check();
  }
  if (words) await page.fill("textarea[name=helps]", words);
  return names.length;
}

test("a whole wave, with fourteen raters in five roles", { timeout: 600_000 }, async () => {
  const folder = sample();
  const browser = await launch();
  let server = await serve(folder);
  const seen = (page, name, look) => sound(page, `wave-${name}-${look.width}-${look.scheme}`);
  try {
    const [wide, narrow] = LOOKS;
    const head = await open(browser, server, wide);
    const ada = head.page;
    await signIn(ada, server, "ada@alder.example", "a sample, no secret");

    // Planned over the whole organisation; Omar is nominated.
    await ada.goto(`${server.address}/waves`);
    await seen(ada, "list", wide);
    await ada.goto(`${server.address}/waves/new`);
    await seen(ada, "plan", wide);
    await choose(ada, "#circle", "Alder IT");
    await ada.fill("#title", "This autumn");
    await ada.fill("#opens_on", dayAhead(0));
    await ada.fill("#closes_on", dayAhead(14));
    await go(ada);
    await ada.waitForURL(/\/nominate$/);
    await seen(ada, "nominate", wide);
    const wave = ada.url().replace(/\/nominate$/, "");
    const omarBox = ada.locator("main .check", { hasText: "Omar Haddad" }).locator("input");
    const omarId = await omarBox.getAttribute("value");
    await omarBox.check();
    await go(ada);

    // Omar, on a phone, chooses: five of each group where there are five, and two from outside.
    const own = await join(ada, server, browser, omarId, narrow);
    const omar = own.page;
    await seen(omar, "today-choose", narrow);
    await omar.goto(`${wave}/raters`);
    const proposed = await boxes(omar, "rater");
    const others = await boxes(omar, "other");
    const of = (words) => proposed.filter((one) => one.under.startsWith(words));
    const named = (...names) => others.filter((one) => names.some((name) => one.label.startsWith(name)));
    const below = [...of("Those who report"), ...named("Mia Okafor", "Nora Silva", "Uli Brenner", "Leo Fischer")];
    const beside = of("Those beside");
    const above = of("Higher up").filter((one) => one.label.startsWith("Ada"));
    const chosen = [...below, ...beside, ...above];
    // With him who rates himself they are fourteen.
    const outsiders = Array.from({ length: 13 - chosen.length }, (_, at) => `Out Sider${at}, out${at}@client.example`);
    assert.ok(below.length === 8 && beside.length >= 1 && above.length === 1 && outsiders.length >= 2, JSON.stringify({ proposed, others }));
    await omar.locator("main details").first().evaluate((one) => (one.open = true));
    for (const one of chosen) await omar.locator(`main input[type=checkbox][value="${one.value}"]`).check();
    await omar.fill("#outsiders", outsiders.join("\n"));
    await seen(omar, "raters", narrow);
    await go(omar);

    // A higher-up confirms.
    await ada.goto(`${wave}/confirm`);
    await seen(ada, "confirm", wide);
    await go(ada);

    // They answer, each at their own screen.
    let answered = 0;
    for (const [at, one] of chosen.entries()) {
      const look = LOOKS[at % 2];
      const isAda = one.label.startsWith("Ada Brandt");
      const rater = isAda ? head : await join(ada, server, browser, one.value, look);
      const page = rater.page;
      await page.goto(`${server.address}/today`);
      // A day with much on it shows the first of it.
      const more = page.locator("main a", { hasText: /^Show \d+ more$/ });
      if (await more.count()) await more.first().click();
      await page.getByRole("link", { name: /how Omar Haddad leads/i }).first().click();
      await page.waitForURL(/\/answer\//);
      if (at < 2) await seen(page, "form", look);
      const count = await answer(page, at + 1, at === 0 ? "Says early what goes wrong." : "");
      assert.equal(count, 31, "fourteen qualities with two questions each, and three outcomes");
      if (at === 1) {
        // What is half filled stays on the device.
        await page.reload();
        assert.ok((await page.locator("main input[type=radio]:checked").count()) >= 30, "kept over a reload");
      }
      await go(page);
      if (at === 0) {
        assert.match(await page.locator("main").innerText(), /Nothing is sent yet/);
        await seen(page, "preview", look);
        await go(page);
      }
      await page.waitForFunction(() => /Thank you/.test(document.body.innerText));
      if (at < 2) await seen(page, "thanks", look);
      answered += 1;
      if (!isAda) await rater.context.close();
    }
    for (const [at, line] of outsiders.entries()) {
      const look = LOOKS[at % 2];
      await ada.goto(wave);
      if (at === 0) await seen(ada, "planner", wide);
      await ada.getByRole("button", { name: `for ${line.split(",")[0]}` }).click();
      await ada.waitForLoadState();
      const link = (await ada.locator("main").innerText()).match(/https?:\/\/\S+\/rate\/\S+/)[0];
      const rater = await open(browser, server, look);
      await rater.page.goto(link);
      if (at < 2) await seen(rater.page, "form-outside", look);
      await answer(rater.page, at + 20, "");
      await go(rater.page);
      await rater.page.waitForFunction(() => /Thank you/.test(document.body.innerText));
      answered += 1;
      await rater.context.close();
    }
    await omar.goto(wave);
    await omar.getByRole("link", { name: "Rate yourself" }).click();
    await omar.waitForURL(/\/answer\//);
    await seen(omar, "form-own", narrow);
    await answer(omar, 40, "");
    await go(omar);
    answered += 1;
    assert.equal(answered, 14);

    // Closed by hand, worked out by the command that the server runs by itself.
    await ada.goto(`${wave}/close`);
    await seen(ada, "close", wide);
    await go(ada);
    await server.stop();
    const told = execFileSync(plumb, ["wave", "work-out", "--data", folder], { encoding: "utf8", stdio: "pipe" });
    assert.match(told, /1 report/);
    await own.context.close();
    await head.context.close();
    server = await serve(folder);

    // The report, in all four looks.
    let report = "";
    for (const width of [1280, 360]) {
      for (const scheme of ["light", "dark"]) {
        const look = { width, scheme };
        const { context, page, troubles } = await open(browser, server, look);
        await signIn(page, server, "omar@alder.example", PASSWORD);
        await page.goto(`${server.address}/profile`);
        await seen(page, "profile", look);
        await page.getByRole("link", { name: "Open the newest report" }).click();
        await page.waitForURL(/\/profile\/[0-9a-f-]{36}/);
        report = page.url();
        assert.match(await page.locator("main").innerText(), /1[23] people answered|people answered/);
        for (const more of await page.locator("main details").all()) await more.evaluate((one) => (one.open = true));
        await seen(page, "report", look);
        await page.goto(`${server.address}/profile/evidence`);
        await seen(page, "evidence", look);
        assert.deepEqual(troubles, []);
        if (width === 360 && scheme === "dark") {
          // The PDF, as pictures and as text.
          const pdf = await context.request.get(`${report}/pdf`);
          assert.equal(pdf.headers()["content-type"], "application/pdf");
          const file = path.join(folder, "profile.pdf");
          writeFileSync(file, await pdf.body());
          const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
          assert.match(text, /Omar Haddad/);
          assert.match(text, /Trust/);
          assert.doesNotMatch(text, /Tom Ekström|Out Sider/, "no rater is named");
          // Tagged for who has it read out, and every font in it: it looks the same wherever it is opened.
          assert.match(execFileSync("pdfinfo", [file], { encoding: "utf8" }), /^Tagged: +yes$/m);
          const fonts = execFileSync("pdffonts", [file], { encoding: "utf8" }).trim().split("\n").slice(2);
          assert.ok(fonts.length >= 1, "a PDF without fonts");
          for (const font of fonts) assert.match(font, / yes +(yes|no) +(yes|no) +\d+ +\d+$/, "a font is not embedded");
          const pictures = path.join(process.env.PLUMB_PICTURES ?? folder, "wave-profile-pdf");
          execFileSync("pdftoppm", ["-r", "60", "-png", file, pictures]);
          const pages = readdirSync(path.dirname(pictures)).filter((name) => name.startsWith("wave-profile-pdf"));
          assert.ok(pages.length >= 2, pages.join());
          // Shared with Ada, in part.
          await page.goto(`${report}/share`);
          await seen(page, "share", look);
          await choose(page, "#viewer", "Ada Brandt");
          await choose(page, "#seer", "higher");
          await go(page);
        }
        await context.close();
      }
    }
    const viewer = await open(browser, server, wide);
    await signIn(viewer.page, server, "ada@alder.example", "a sample, no secret");
    await viewer.page.goto(report);
    await seen(viewer.page, "report-shared", wide);
    await viewer.context.close();

    // What grows from it, as the sample lived it: no page is empty, none is broken.
    for (const look of LOOKS) {
      const { context, page, troubles } = await open(browser, server, look);
      await signIn(page, server, "ada@alder.example", "a sample, no secret");
      for (const at of GROWS) {
        await page.goto(`${server.address}${at}`);
        await seen(page, at.slice(1).replaceAll("/", "-"), look);
      }
      await page.goto(`${server.address}/ideas`);
      await page.getByRole("link", { name: /morning list/ }).first().click();
      await seen(page, "idea", look);
      await page.goto(`${server.address}/profile`);
      await page.getByRole("link", { name: /newest report/ }).click();
      assert.match(await page.locator("main").innerText(), /since the (last )?wave/i);
      await seen(page, "report-second", look);
      assert.deepEqual(troubles, []);
      await context.close();
    }
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
