// What the tests of a way through the pages share: files, the drop, the keyboard, and what every page must be.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { axe } from "./browser.mjs";

const pictures = process.env.PLUMB_PICTURES; // a folder, when somebody wants to look
if (pictures) mkdirSync(pictures, { recursive: true });

/** An export of a tool that nobody knows: its columns are guessed, and the remark is taken for the title. */
export function unknownExport(rows) {
  const lines = ["ticket no,created on,solved on,squad,topic,remark"];
  const day = (number) => new Date(Date.UTC(2026, 0, 5) + number * 86400000).toISOString().slice(0, 10);
  for (let row = 0; row < rows; row += 1) {
    const at = day(Math.floor((row * 120) / rows));
    const time = (hour) => `${at} ${String(hour).padStart(2, "0")}:${String(row % 60).padStart(2, "0")}:00`;
    const topic = ["Printer is out of paper", "Cannot sign in to mail", "No network on the floor"][row % 3];
    lines.push(`R-${row},${time(8 + (row % 5))},${time(14 + (row % 5))},Team ${row % 4},${topic},seen at desk ${row} by the late shift`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** Drops a file on an element, as a hand does with the mouse. */
export async function drop(page, selector, name, bytes) {
  const transfer = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: "text/csv" }));
      return transfer;
    },
    [name, bytes.toString("utf8")],
  );
  for (const event of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(selector, event, { dataTransfer: transfer });
}

/** Presses Tab until an element has the focus; the focus must be seen there. */
export async function tabTo(page, selector) {
  for (let stop = 0; stop < 300; stop += 1) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate((selector) => {
      const element = document.activeElement;
      if (!element?.matches(selector)) return null;
      const style = getComputedStyle(element);
      return style.outlineStyle !== "none" || style.boxShadow !== "none";
    }, selector);
    if (there === true) return;
    assert.notEqual(there, false, `the focus on ${selector} is not seen`);
  }
  assert.fail(`${selector} is not reached by keyboard on ${page.url()}`);
}

/** Presses Tab through the whole page: every control that can be seen must be come by, and the focus be seen there. */
export async function reach(page) {
  await page.evaluate(() => {
    window.come = { seen: new Set(), unseen: [] };
    document.addEventListener("focusin", ({ target }) => {
      const style = getComputedStyle(target);
      if (style.outlineStyle === "none" && style.boxShadow === "none") window.come.unseen.push(target.outerHTML.slice(0, 120));
      window.come.seen.add(target);
    });
    document.activeElement?.blur();
  });
  const look = () =>
    page.evaluate(() => {
      const { seen, unseen } = window.come;
      const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
      // Of buttons that exclude each other one is a stop.
      const all = [...document.querySelectorAll("a[href], button, input:not([type=radio], [type=hidden]), select, textarea, summary")];
      const missed = all.filter((element) => shown(element) && !element.disabled && !element.closest("[aria-hidden=true]") && !seen.has(element));
      return { missed: missed.map((element) => element.outerHTML.slice(0, 120)), unseen, all: all.length };
    });
  // A day or an hour is typed in parts, each a stop; so is whatever scrolls. So it goes on as long as something new comes.
  let found = await look();
  for (let idle = 0; found.missed.length > 0 && idle < 3; ) {
    for (let stop = 0; stop < 30; stop += 1) await page.keyboard.press("Tab");
    const before = found.missed.length;
    found = await look();
    idle = found.missed.length < before ? 0 : idle + 1;
  }
  assert.deepEqual(found.missed, [], "controls that Tab does not reach");
  assert.deepEqual(found.unseen, [], "controls on which the focus is not seen");
}

/** Every page: one heading of the first rank, no sideways scrolling, nothing that axe finds. */
export async function sound(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name} has one heading of the first rank`);
  const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name} scrolls sideways by ${overflow} pixels`);
  if (pictures) await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  assert.deepEqual(await axe(page), [], `axe on ${name}`);
}
