// The pulse over the sample organisation: the figures of circles, a round that waits and is answered on a telephone with
// its half-filled state kept on the device, the form that sets one, the answer in words; in light and dark, wide and narrow.
import { test } from "node:test";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { launch, open, sample, serve } from "./browser.mjs";
import { reach, sound } from "./flow.mjs";

const LOOKS = [
  [1280, "light"],
  [1280, "dark"],
  [360, "light"],
  [360, "dark"],
  [320, "light"],
];

async function everyLook(page, name) {
  for (const [width, scheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await sound(page, `pulse-${name}-${width}-${scheme}`);
  }
}

test("the pulse of the sample", { timeout: 300_000 }, async () => {
  const folder = sample();
  const browser = await launch();
  const server = await serve(folder);
  try {
    const { context, page, troubles } = await open(browser, server);
    await page.goto(`${server.address}/signin`);
    await page.fill("#email", "ada@alder.example");
    await page.fill("#password", "a sample, no secret");
    await page.locator("main button.primary").first().click();
    await page.waitForURL(/\/today/);
    assert.ok(await page.getByText("The pulse of all who lead").count(), "it waits on Today");

    await page.goto(`${server.address}/pulse`);
    await everyLook(page, "list");
    for (const [circle, name] of [["IT operations", "department"], ["Service desk", "desk"], ["All who lead", "leaders"]]) {
      await page.goto(`${server.address}/pulse`);
      await page.getByRole("link", { name: circle, exact: true }).click();
      await page.waitForURL(/\/pulse\/[0-9a-f-]{36}$/);
      for (const detail of await page.locator("details > summary").all()) await detail.click();
      await everyLook(page, name);
      assert.ok((await page.locator("svg.chart circle").count()) > 10, `${circle} has dots`);
    }
    await reach(page);

    // A round that is open, on a telephone: what is half filled in is still there after a reload.
    await page.goto(`${server.address}/today`);
    await page.getByRole("link", { name: "The pulse of all who lead" }).first().click();
    await page.waitForURL(/\/answer$/);
    await everyLook(page, "answer");
    await page.setViewportSize({ width: 360, height: 800 });
    await page.locator("label[for$='-4']").first().click();
    assert.match(await page.locator("[data-told]").innerText(), /^1 of 4/);
    await page.reload();
    assert.match(await page.locator("[data-told]").innerText(), /^1 of 4/);
    const heights = await page.locator("form.rate label.point").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    assert.ok(Math.min(...heights) >= 44, "wide enough for a thumb");
    for (const key of await page.locator("form.rate fieldset").evaluateAll((all) => all.map((one) => one.id))) {
      await page.locator(`label[for='${key}-unable']`).click();
    }
    await page.locator("main button.primary").first().click();
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
    await everyLook(page, "thanks");
    assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0, "nothing is left on the device");

    // A round that waits for its answer in words; and the form that sets one.
    await page.goto(`${server.address}/pulse`);
    await page.getByRole("link", { name: "IT operations", exact: true }).click();
    await page.locator("ul.lines a", { hasText: "Closed on" }).first().click();
    await page.waitForURL(/\/pulse\/rounds\//);
    await everyLook(page, "round");
    await page.fill("#words", "You said that the pace is too much. From Monday on nobody is on call twice in a row.");
    await page.locator("main button.primary").first().click();
    await page.getByText("From Monday on nobody").first().waitFor();
    await page.goto(`${server.address}/pulse/set`);
    await everyLook(page, "set");
    await reach(page);

    // Without a script the same works.
    const plain = await browser.newContext({ storageState: await context.storageState(), javaScriptEnabled: false });
    const still = await plain.newPage();
    await still.goto(`${server.address}/pulse`);
    await still.getByRole("link", { name: "Service desk", exact: true }).click();
    await still.getByRole("heading", { name: "Pulse: Service desk" }).waitFor();
    await plain.close();
    assert.deepEqual(troubles, []);
    assert.equal(await server.stop(), 0);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
