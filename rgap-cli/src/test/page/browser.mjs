// A page in Debian's Chromium, watched for whatever must not be.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SHOTS = process.env.SCREENSHOTS ?? 'screenshots';
/** How long anything that is to happen may take: much longer than on the slowest machine. */
const PATIENCE = 120_000;

export const PHONE = { width: 375, height: 720 };
export const DESK = { width: 1280, height: 900 };

let browser;

/** Opens a page; what it complains of is collected. */
export async function open(url, { size = DESK, scheme = 'light', reducedMotion = 'no-preference' } = {}) {
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const context = await browser.newContext({ viewport: size, colorScheme: scheme, reducedMotion, locale: 'en-GB' });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    // The browser itself names each request that is refused, or that nobody answers.
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) {
      page.complaints.push(message.text());
    }
  });
  await page.goto(url);
  return page;
}

/** Holds what is shown now against what must hold always, and keeps a picture of it. */
export async function check(page, name) {
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
  fs.mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: SHOTS + '/' + name + '.png', fullPage: true });
  assert.ok(scroll <= client, name + ' is ' + scroll + ' wide, and the screen ' + client);
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(found.violations.map((each) => each.id + ': ' + each.nodes.map((node) => node.html + ' '
    + node.failureSummary).slice(0, 3).join('; ')), [], name);
  assert.deepEqual(page.complaints, [], name);
  say('checked: ' + name);
}

/** Waits for a text on the page, or in a part of it. */
export const see = (page, text, part = 'body') =>
  page.locator(part).getByText(text).first().waitFor();

/** Waits until a text is nowhere on the page. */
export const miss = (page, text, part = 'body') =>
  page.locator(part).getByText(text).first().waitFor({ state: 'hidden' });

/** Waits until the verdict is like this. */
export async function verdict(page, pattern) {
  await page.waitForFunction(([source]) => new RegExp(source).test(document.getElementById('verdict').innerText),
    [pattern.source], { timeout: PATIENCE });
}

/** Waits until something is so. */
export async function until(isSo) {
  const end = Date.now() + PATIENCE;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, 'not within ' + PATIENCE + ' ms: ' + isSo);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until there are so many of these on the page. */
export const count = (page, what, wanted) => until(async () => (await page.locator(what).count()) === wanted);

/** Tells whoever has started the scenario how far it is. */
export const say = (text) => console.log(text);

export async function close() {
  await browser?.close();
}
