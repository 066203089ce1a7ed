// What StatusPageIT has a browser do: node scenarios.mjs NAME URL [ARGUMENT…]. It acts when a scenario says how far it is.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { check, close, count, DESK, miss, open, PHONE, say, see, until, verdict } from './browser.mjs';
import { demo } from './demo-server.mjs';

const scenarios = {
  /** Members of group 1000 appear and leave without anybody touching the page. */
  async live(url) {
    const page = await open(url + '#/groups/1000');
    await see(page, 'Nobody is in it.');
    await see(page, 'Live', '#connection');
    await check(page, 'group-empty');
    say('sees nobody');
    await see(page, '192.0.2.1', '#group');
    assert.match(await page.locator('#group tbody tr').first().innerText(), /\d+ s/);
    await check(page, 'group-live');
    say('sees a member');
    await miss(page, '192.0.2.1', '#group table');
    await see(page, 'Nobody is in it.');
    await check(page, 'group-left');
  },

  /** A sender with another key shows up, with what to do; and its address is explained. */
  async rejection(url) {
    const page = await open(url);
    await verdict(page, /All 2 groups ready|Group 1000/);
    say('looks');
    await verdict(page, /1 sender rejected/);
    await see(page, 'signature', '#rejections');
    await see(page, /key/, '#rejections');
    await check(page, 'rejection');
    await page.goto(url + '#/addresses/192.0.2.66');
    await see(page, /member of no group|Not a member/);
    await see(page, 'signature', '#rejections');
    await check(page, 'address-rejected');
  },

  /** The listener is killed, and started again. */
  async restart(url) {
    const page = await open(url);
    await verdict(page, /ready, 1 member/);
    assert.equal(await page.locator('#lost').isVisible(), false);
    say('sees it well');
    await see(page, 'The listener does not answer', '#lost');
    await verdict(page, /Unknown/);
    assert.match(await page.title(), /^\? /);
    await see(page, /What is below is of .* old/, '#lost');
    assert.ok(await page.evaluate(() => document.body.classList.contains('stale')));
    await check(page, 'stale');
    say('sees it gone');
    await verdict(page, /ready, 1 member/);
    assert.equal(await page.locator('#lost').isVisible(), false);
    assert.match(await page.title(), /^✓ /);
    await check(page, 'recovered');
  },

  /** Without the token nothing is shown; a wrong one is refused. */
  async token(url, token) {
    const page = await open(url);
    await see(page, 'This listener wants a token');
    await check(page, 'token');
    const field = page.getByLabel('Token', { exact: true });
    await field.fill('wrong-wrong-wrong-wrong');
    await page.keyboard.press('Enter');
    await see(page, 'The listener did not take this token.');
    await check(page, 'token-refused');
    await field.fill(token);
    await page.keyboard.press('Enter');
    await verdict(page, /ready, \d+ member/);
    await page.reload();
    await verdict(page, /ready, \d+ member/);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await page.getByRole('button', { name: 'Forget the token' }).click();
    await see(page, 'This listener wants a token');
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    assert.deepEqual(page.complaints, []);
  },

  /** Each part in all its states, on a desk and on a phone, by day and by night. */
  async looks(kind) {
    const said = { well: /All 12 groups ready, 340 members; outputs well/, wrong: /and 4 more to look at/, old: /All 12 groups ready/ };
    const server = await demo(kind, 0);
    const url = 'http://127.0.0.1:' + server.address().port + '/';
    for (const [at, size] of [['desk', DESK], ['phone', PHONE]]) {
      for (const scheme of ['light', 'dark']) {
        const page = await open(url, { size, scheme });
        await verdict(page, said[kind]);
        await miss(page, 'Not read yet.');
        await check(page, [kind, 'overview', at, scheme].join('-'));
        await page.goto(url + '#/groups/1003');
        await see(page, '10.3.0.1');
        await check(page, [kind, 'group', at, scheme].join('-'));
        await page.goto(url + '#/groups/2000');
        await see(page, kind === 'wrong' ? 'It may not know all of its members yet' : '10.4.0.1');
        await page.goto(url + '#/addresses/' + (kind === 'wrong' ? '10.2.0.77' : '10.3.0.1'));
        await see(page, { well: 'Member of group', wrong: 'It is a member of no group', old: 'too old to explain' }[kind]);
        await check(page, [kind, 'address', at, scheme].join('-'));
        await page.context().close();
      }
    }
    server.closeAllConnections();
    server.close();
  },

  /** 1,000 groups of 100. */
  async many(url) {
    const page = await open(url);
    await verdict(page, /All 1,000 groups ready, 100,000 members/);
    await count(page, '#groups tbody tr', 100);
    await page.getByRole('button', { name: 'Show 100 more' }).click();
    await count(page, '#groups tbody tr', 200);
    await page.getByLabel('Filter by id').fill('1777');
    await see(page, '1 of 1 group shown, of 1,000');
    await count(page, '#groups tbody tr', 1);
    await check(page, 'many');
    await page.getByRole('link', { name: '1777' }).click();
    await see(page, /ready: 100 members/);
    await count(page, '#group tbody tr', 100);
    await check(page, 'many-group');
    const begun = Date.now();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    say('a frame took ' + (Date.now() - begun) + ' ms');
  },

  /** A group of 100,000, a page at a time. */
  async large(url, size) {
    const page = await open(url + '#/groups/1000');
    await see(page, size + ' members; 1 to 100 are shown');
    const first = await page.locator('#group tbody tr').first().innerText();
    await page.getByRole('button', { name: 'Next' }).click();
    await see(page, '101 to 200 are shown');
    await until(async () => (await page.locator('#group tbody tr').first().innerText()) !== first);
    await check(page, 'large');
    await page.getByRole('button', { name: 'First page' }).click();
    await see(page, '1 to 100 are shown');
  },

  /** All by the keyboard, with the focus in sight. */
  async keyboard(url) {
    const page = await open(url, { reducedMotion: 'reduce' });
    await verdict(page, /ready, 1 member/);
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    for (let i = 0; i < 10 && (await focused(page)) !== '1000'; i++) {
      await page.keyboard.press('Tab');
    }
    assert.equal(await focused(page), '1000');
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
    await page.keyboard.press('Enter');
    await see(page, '192.0.2.1', '#group');
    assert.equal(await focused(page), 'Group 1000');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'address');
    await page.keyboard.type('192.0.2.1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/addresses\/192\.0\.2\.1$/);
    await see(page, /Member of group|too old to explain/);
    assert.equal(await focused(page), '192.0.2.1');
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).getPropertyValue('transition-duration')), '0s');
    await page.goBack();
    await see(page, '192.0.2.1', '#group');
    await check(page, 'keyboard');
  },

  /** A drawing can be read, and all of its texts are within its boxes' ground. */
  async drawing(file) {
    for (const scheme of ['light', 'dark']) {
      const page = await open(pathToFileURL(file).href, { scheme });
      assert.equal(await page.evaluate(() => document.documentElement.localName), 'svg');
      assert.deepEqual(await page.evaluate(() => [...document.getElementsByTagName('parsererror'),
        ...[...document.getElementsByTagName('text')].filter((text) => text.getBBox().x < 0
          || text.getBBox().x + text.getBBox().width > document.documentElement.viewBox.baseVal.width)]
        .map((each) => each.textContent)), []);
    }
  },

  /** The picture for the README. */
  async picture(file) {
    const server = await demo('wrong', 8270).catch(() => demo('wrong', 0));
    const page = await open('http://127.0.0.1:' + server.address().port + '/', { size: { width: 1180, height: 860 } });
    await verdict(page, /and 4 more to look at/);
    await miss(page, 'Not read yet.');
    await page.screenshot({ path: file });
    server.closeAllConnections();
    server.close();
  },
};

const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());

const [name, ...given] = process.argv.slice(2);
try {
  await scenarios[name](...given);
  say('done: ' + name);
} finally {
  await close();
}
