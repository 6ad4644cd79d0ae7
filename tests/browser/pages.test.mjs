// Every page over the imported sample: wide and narrow, light and dark, with axe, and by keyboard alone.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { axe, launch, open, serve } from "./browser.mjs";

const data = process.env.PLUMB_RECORD;
const pictures = process.env.PLUMB_PICTURES; // a folder, when somebody wants to look
let browser;
let server;

before(async () => {
  assert.ok(data, "PLUMB_RECORD names the folder that holds the imported sample");
  browser = await launch();
  server = await serve(data);
  if (pictures) mkdirSync(pictures, { recursive: true });
});

after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0, "the server stops cleanly when it is asked to");
});

const paths = [
  ["brief", "/"],
  ["problems", "/problems"],
  ["friction", "/friction"],
  ["friction-by-location", "/friction?by=location"],
  ["coming", "/coming"],
  ["measures", "/measures"],
  ["day", "/day"],
  ["teams", "/teams"],
  ["changes", "/changes"],
  ["unseen", "/unseen"],
  ["day-earlier", "/day?date=2016-04-12"],
  ["measures-by-team", "/measures?by=group"],
  ["recurring", "/problems?seen=recurring"],
  ["rows", "/rows?measure=reopened"],
  ["casebook", "/casebook"],
  ["similar", "/similar?text=printer"],
  ["rows-none", "/rows?measure=reopened&q=zzzzqq"],
  ["settings", "/settings"],
  ["import", "/import"],
];

for (const width of [1280, 360]) {
  for (const scheme of ["light", "dark"]) {
    test(`pages at ${width} pixels, ${scheme}`, async () => {
      const { context, page, troubles } = await open(browser, server, { width, scheme });
      await page.goto(`${server.address}/problems`);
      const problem = await page.locator('main a[href^="/problems/"]').first().getAttribute("href");
      const below = ["merge", "split", "rename", "dismiss", "fixed", "canvas", "window"].map((act) => [`problem-${act}`, `${problem}/${act}`]);
      for (const [name, url] of [...paths, ["problem", problem], ...below]) {
        const answer = await page.goto(server.address + url);
        assert.equal(answer.status(), 200, url);
        if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${width}-${scheme}.png`), fullPage: true });
        assert.equal(await page.locator("h1").count(), 1, `${url} has one heading of the first rank`);
        assert.match(await page.title(), /\S/, `${url} has a title`);
        const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${url} scrolls sideways by ${overflow} pixels at ${width}`);
        assert.deepEqual(await axe(page), [], `axe on ${url}`);
        const text = await page.locator("main").innerText();
        assert.doesNotMatch(text, /\bNaN\b|\bnull\b|\bundefined\b|\binf\b/, `${url} shows a broken figure`);
      }
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }
}

test("no page scrolls sideways at 320 pixels", async () => {
  const { context, page, troubles } = await open(browser, server, { width: 320 });
  await page.goto(`${server.address}/problems`);
  const problem = await page.locator('main a[href^="/problems/"]').first().getAttribute("href");
  const more = ["/measures?by=item", "/rows", "/rows?measure=quiet_days", "/measures?from=soon", "/problems?page=1"];
  for (const url of [...paths.map(([, url]) => url), problem, ...more]) {
    await page.goto(server.address + url);
    // What can be opened is opened: tables behind a disclosure must not push the page apart either.
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${url} scrolls sideways by ${overflow} pixels`);
  }
  assert.deepEqual(troubles, []);
  const missing = await page.goto(`${server.address}/nothing`);
  assert.equal(missing.status(), 404);
  assert.ok((await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth)) <= 0);
  assert.deepEqual(await axe(page), []);
  await context.close();
});

test("what is behind a disclosure is axe clean too", async () => {
  const { context, page } = await open(browser, server, { scheme: "dark" });
  for (const url of ["/", "/coming", "/measures", "/friction", "/teams", "/unseen"]) {
    await page.goto(server.address + url);
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    assert.deepEqual(await axe(page), [], `axe on ${url}, all open`);
  }
  await context.close();
});

test("every figure of the brief opens its rows", async () => {
  const { context, page } = await open(browser, server);
  await page.goto(server.address);
  const links = await page.locator("main a[href^='/']").evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
  assert.ok(links.length >= 8, `only ${links.length} links on the brief`);
  for (const link of links) {
    const answer = await context.request.get(server.address + link);
    assert.equal(answer.status(), 200, link);
  }
  await context.close();
});

test("the number of rows is the number that was clicked", async () => {
  const { context, page } = await open(browser, server);
  await page.goto(`${server.address}/rows?measure=reopened`);
  assert.match(await page.locator("main").innerText(), /\b275\b/);
  const csv = await (await context.request.get(`${server.address}/rows.csv?measure=reopened`)).text();
  assert.equal(csv.trim().split("\n").length, 276, "275 rows and a header");
  await context.close();
});

test("by keyboard: skip link first, focus is seen, every control is reached", async () => {
  const { context, page } = await open(browser, server);
  for (const [, url] of paths) {
    await page.goto(server.address + url);
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
    assert.match(first ?? "", /^#/, `${url}: the first stop is the skip link`);
    let stops = 0;
    const seen = new Set();
    for (; stops < 60; stops += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const style = getComputedStyle(element);
        const all = [...document.querySelectorAll("*")];
        return { index: all.indexOf(element), outline: style.outlineStyle !== "none" || style.boxShadow !== "none" };
      });
      if (!focus) break;
      assert.ok(focus.outline, `${url}: focus is not seen at stop ${stops}`);
      if (seen.has(focus.index)) break;
      seen.add(focus.index);
    }
    assert.ok(seen.size >= 3, `${url}: only ${seen.size} stops`);
  }
  await context.close();
});

test("without JavaScript the pages still tell everything", async () => {
  const { context, page } = await open(browser, server, { javaScript: false });
  for (const [, url] of paths) {
    const answer = await page.goto(server.address + url);
    assert.equal(answer.status(), 200);
    assert.ok((await page.locator("main").innerText()).length > 100, url);
  }
  await context.close();
});

test("the PDF is offered and is one", async () => {
  const { context } = await open(browser, server);
  for (const paper of ["a4", "letter"]) {
    const answer = await context.request.get(`${server.address}/brief.pdf?paper=${paper}`);
    assert.equal(answer.status(), 200);
    assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
  }
  await context.close();
});
