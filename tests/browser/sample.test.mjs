// Every page of the sample organisation that its head of IT can reach by links: one visit a kind of page, sound in
// light at 1280 pixels and in dark at 360, all of it within reach of the Tab key, and none of them empty of a heading.
import { test } from "node:test";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { launch, open, sample, serve } from "./browser.mjs";
import { reach, sound } from "./flow.mjs";

/** Pages of the desk's record, which other tests walk. */
const ELSEWHERE = /^\/(rows|measures|day|similar|friction|coming|teams|settings|import)(\/|$)/;
const SEEDS = ["/today", "/aims", "/decisions", "/promises", "/people", "/status", "/code", "/asks", "/concerns", "/me", "/problems", "/casebook", "/changes"];
/** Least kinds of pages: fewer means that links have gone. */
const KINDS = 90;

/** What kind of page an address is: identifiers, names of things in the model, and what is asked with are alike. */
function kind(url) {
  const place = url.pathname
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")
    .replace(/\/[A-Za-z0-9_-]{40,}/g, "/{token}")
    .replace(/^\/problems\/(?!open)[^/]+/, "/problems/{id}")
    .replace(/\/canvas\/\d+$/, "/canvas/{n}")
    .replace(/^\/(model\/items|model|training|situations|profile\/evidence|code\/checks)\/(?!new|items)[a-z0-9-]+/, "/$1/{name}");
  return `${place}?${[...new Set(url.searchParams.keys())].sort().join("&")}`;
}

test("every kind of page of the sample", { timeout: 900_000 }, async () => {
  const folder = sample();
  const browser = await launch();
  const server = await serve(folder);
  const troubles = [];
  const seen = new Set();
  try {
    const { context, page } = await open(browser, server);
    await page.goto(`${server.address}/signin`);
    await page.fill("#email", "ada@alder.example");
    await page.fill("#password", "a sample, no secret");
    await page.locator("main button.primary").first().click();
    await page.waitForURL(/\/today/);
    // The record is worked out after the start; until then its pages load anew by themselves.
    for (let tries = 0; tries < 240; tries += 1) {
      await page.goto(`${server.address}/problems`);
      if ((await page.locator("[data-events]").count()) === 0) break;
      await page.waitForTimeout(1_000);
    }
    assert.match(await page.locator("main").innerText(), /opened by hand/);
    // Its desk has changes, so that their page has something to compare.
    await page.goto(`${server.address}/changes`);
    assert.match(await page.locator("main").innerText(), /beyond the usual and beyond the plan/);
    const todo = SEEDS.map((seed) => new URL(seed, server.address));
    const walk = async (page, errors) => {
      for (;;) {
        const url = todo.shift();
        if (!url) return;
        const of = kind(url);
        if (seen.has(of)) continue;
        seen.add(of);
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
        const answer = await page.goto(url.href).catch((error) => {
          if (!error.message.includes("Download is starting")) throw error;
        });
        if (!answer) continue;
        if (!/text\/html/.test(answer.headers()["content-type"] ?? "")) continue;
        try {
          assert.equal(answer.status(), 200);
          const name = `sample${of.replace(/[^a-z0-9]+/g, "-")}`;
          await sound(page, `${name}-1280-light`);
          await reach(page);
          await page.setViewportSize({ width: 360, height: 900 });
          await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
          await sound(page, `${name}-360-dark`);
        } catch (error) {
          troubles.push(`${url.pathname}${url.search}: ${error.message}`);
        }
        troubles.push(...errors.splice(0).map((error) => `${url.pathname}: ${error}`));
        const links = await page.evaluate(() => [...document.querySelectorAll("a[href]:not([download])")].map((a) => a.href));
        for (const link of links) {
          const next = new URL(link);
          next.hash = "";
          if (next.origin === server.address && !ELSEWHERE.test(next.pathname) && !/\.(pdf|csv|json|ics|svg|md)$|signout|\/export/.test(next.pathname) && !seen.has(kind(next))) todo.push(next);
        }
      }
    };
    const other = await context.newPage();
    const errors = [];
    other.on("pageerror", (error) => errors.push(error.message));
    // Two at once, as there are cores; the second begins when the first has found it something.
    const first = walk(page, troubles.splice(0));
    await page.waitForTimeout(5_000);
    await Promise.all([first, walk(other, errors)]);
    await walk(page, errors);
    console.log(`${seen.size} kinds of pages`);
    assert.deepEqual(troubles, []);
    assert.ok(seen.size >= KINDS, `${seen.size} kinds of pages: ${[...seen].join(" ")}`);
    assert.equal(await server.stop(), 0);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
