// Talks of the sample organisation: every kind that can be called, a one-to-one whose heard words are corrected, a
// mediation as the mediator has it; sound in light at 1280 pixels and in dark at 360.
import { test } from "node:test";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { launch, open, sample, serve } from "./browser.mjs";
import { sound } from "./flow.mjs";

async function look(page, name) {
  for (const [width, colorScheme] of [[1280, "light"], [360, "dark"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await sound(page, `talks-${name}-${width}-${colorScheme}`);
  }
}

test("talks of the sample", { timeout: 600_000 }, async () => {
  const folder = sample();
  const browser = await launch();
  const server = await serve(folder);
  try {
    const { page } = await open(browser, server);
    await page.goto(`${server.address}/signin`);
    await page.fill("#email", "ada@alder.example");
    await page.fill("#password", "a sample, no secret");
    await page.locator("main button.primary").first().click();
    await page.waitForURL(/\/today/);
    for (const kind of ["", "?kind=one_to_one", "?kind=mediation", "?kind=team", "?kind=not_work", "?kind=client_review"]) {
      await page.goto(`${server.address}/talks/new${kind}`);
      await look(page, `new${kind.replace("?kind=", "-")}`);
    }
    for (const place of ["/talks", "/talks/rhythm", "/talks/rhythm?kind=not_work", "/talks/notes", "/talks/lessons", "/uncertain"]) {
      await page.goto(`${server.address}${place}`);
      await look(page, place.replace(/[^a-z]+/g, "-"));
    }
    await page.goto(`${server.address}/today`);
    await page.getByRole("link", { name: "Lena Vogt says back what they heard from you" }).click();
    await page.getByText("Correct it").first().click();
    await page.locator("textarea[name=correction]").fill("I will, once it was read by two.");
    await look(page, "heard");
    await page.getByRole("button", { name: "Correct it" }).click();
    assert.match(await page.locator("main").innerText(), /corrected, waits to be said back anew/);
    await look(page, "corrected");
    // A mediation, as the mediator has it.
    await page.goto(`${server.address}/talks`);
    await page.getByRole("link", { name: /^Mediation with/ }).first().click();
    assert.match(await page.locator("main").innerText(), /First talked about 4 days later/);
    await look(page, "mediation");
    assert.equal(await server.stop(), 0);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
