// A server of our own on a free port, and Debian's Chromium in front of it.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { chromium } from "playwright-core";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
/** The program that is tested. */
export const plumb = path.join(root, "target/release/plumb");
const axeSource = readFileSync(path.join(root, "tests/browser/node_modules/axe-core/axe.min.js"), "utf8");

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Asks a server to stop and waits until it has: what it answers with is 0. */
async function stop(child) {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode !== null) return child.exitCode;
  child.kill("SIGTERM");
  return ended;
}

/** Starts `plumb serve` over a data folder and waits until it answers. */
export async function serve(data, more = []) {
  const port = await freePort();
  const child = spawn(plumb, ["serve", "--data", data, "--bind", `127.0.0.1:${port}`, ...more], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  let log = "";
  child.stdout.on("data", (chunk) => (log += chunk));
  child.stderr.on("data", (chunk) => (log += chunk));
  const address = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${log}`);
    try {
      await fetch(address, { redirect: "manual" });
      return { address, log: () => log, stop: () => stop(child) };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  child.kill("SIGKILL");
  throw new Error(`the server does not answer: ${log}`);
}

/**
 * A folder of its own with the sample organisation: a copy of PLUMB_SAMPLE where that names one, since filling it takes a
 * minute; filled anew otherwise.
 */
export function sample() {
  const folder = mkdtempSync(path.join(tmpdir(), "plumb-sample-"));
  const made = process.env.PLUMB_SAMPLE;
  if (made) cpSync(made, folder, { recursive: true });
  else execFileSync(plumb, ["demo", "--data", folder], { stdio: "pipe" });
  return folder;
}

/** Starts Chromium, quiet and without background traffic. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens a page that notes its errors and every request that leaves the server. */
export async function open(browser, server, { width = 1280, scheme = "light", javaScript = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled: javaScript,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.address) && !url.startsWith("data:")) troubles.push(`request leaves the server: ${url}`);
  });
  return { context, page, troubles };
}

/** What axe finds, as short lines. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      // What passes is counted and not listed: nobody reads it here.
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}
