import { createHash } from 'node:crypto';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { parseAccessList } from '../../src/net/index.ts';
import { startStatsServer } from '../../src/server/stats-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { startBrowser } from '../helpers/start-browser.ts';
import type { Page } from '../helpers/start-browser.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { send, startServer } from './start-server.ts';
import type { TestServer } from './start-server.ts';

const compile = (compiler: string, source = 'a.c'): string[] => {
  return [compiler, '-c', source, '-o', 'a.o'];
};

/** A daemon with its statistics, and a browser that looks at them. */
async function look(t: ExecutionContext) {
  const server = await startServer(t, { jobs: 2 });
  const port = await findFreePort();
  const { stats, slots } = server;
  const pages = await startStatsServer({
    source: { stats, slots, jobs: 2, freeMemoryBytes: () => 2 ** 30 },
    configuration: [
      ['Version', '1.2.3'],
      ['Jobs that may wait', '256'],
      ['Compilers', Array.from({ length: 40 }, (_, index) => `gcc-${index}`).join(' ')],
    ],
    ...{ access: parseAccessList(['127.0.0.1']), listen: '127.0.0.1', port },
  });
  t.teardown(() => pages[Symbol.asyncDispose]());
  const page = await startBrowser(t);
  const url = `http://127.0.0.1:${port}/`;
  await page.load(url);
  return { server, page, url };
}

/** Something of each kind, and two jobs that are not done. */
async function work(t: ExecutionContext, server: TestServer): Promise<void> {
  for (let count = 0; count < 5; count += 1) await send(server, compile('gcc'));
  await send(server, compile('cc-fails.sh'));
  await send(server, compile('rm'));
  const stop = new AbortController();
  t.teardown(() => {
    stop.abort(new Error('enough'));
  });
  const long = `${'a-folder-of-a-large-project/'.repeat(6)}<b>source</b>.cc`;
  for (const source of ['slow.c', long]) {
    send(server, compile('cc-forever.sh', source), { signal: stop.signal }).catch(() => undefined);
  }
  await waitUntil('both run', () => server.slots.running === 2);
}

/** What a reader sees, a line a block or row. */
const readText = (page: Page) => page.evaluate('document.body.innerText') as Promise<string>;

/** The pieces of text whose boxes lie one upon the other, and what has to be scrolled sideways. */
const findClashes = `(() => {
  const boxes = [...document.querySelectorAll('h1,h2,p,li,th,td,figcaption>span,svg')].map((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, right, top, bottom } = (element.tagName === 'svg' ? element : range).getBoundingClientRect();
    return { name: element.tagName + ' ' + element.textContent.slice(0, 40), left, right, top, bottom };
  });
  const clash = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const pairs = boxes.flatMap((a, index) => boxes.slice(index + 1).filter((b) => clash(a, b)).map((b) => [a.name, b.name]));
  const wide = [...document.querySelectorAll('html,.scroll')].filter((element) => element.scrollWidth > element.clientWidth);
  return [...pairs, ...wide.map((element) => element.outerHTML)];
})()`;

test.serial('the page of statistics shows a browser an idle daemon', async (t) => {
  const { page } = await look(t);
  const text = await readText(page);
  t.regex(text, /0 of 2\nslots in use/);
  t.regex(text, /Compiling now\n+Nothing\./);
  t.regex(text, /No job has ended in the last hour/);
  t.deepEqual(await page.evaluate(findClashes), []);
});

test.serial(
  'the page of statistics shows a browser what is compiling, the last hour and every count',
  async (t) => {
    const { server, page, url } = await look(t);
    await work(t, server);
    await page.load(url);
    const text = await readText(page);
    t.regex(text, /2 of 2\nslots in use/);
    t.regex(text, /^slow\.c\tcc-forever\.sh\t127\.0\.0\.1:\d+\t\d s\tcompiling$/m);
    t.regex(text, /<b>source<\/b>\.cc\tcc-forever\.sh/, 'what clients name is text');
    t.regex(text, /at most [1-6] a minute/); // a new minute may have begun
    t.regex(text, /^gcc\t5\t0\t\d\.\d\d s$/m);
    t.regex(text, /^cc-fails\.sh\t0\t1\t\d\.\d\d s$/m);
    t.regex(text, /^compiled\t5$/m);
    t.regex(text, /^refused: compiler or arguments\t1$/m);
    const bars = `['ok', 'failed'].map((name) => Math.max(...[...document.querySelectorAll('rect.' + name)].map(
    (bar) => bar.getBoundingClientRect().height)))`;
    const [ok = 0, failed = 0] = (await page.evaluate(bars)) as number[];
    t.true(ok > failed && failed > 5, 'bars that can be seen');
  },
);

test.serial(
  'the page of statistics asks a browser for nothing from elsewhere and has no errors',
  async (t) => {
    const { server, page, url } = await look(t);
    await work(t, server);
    await page.load(url);
    await waitUntil('it has renewed itself', () => page.requests.length > 2);
    const elsewhere = page.requests.filter((request) => !request.startsWith(url));
    t.deepEqual(elsewhere, []);
    t.deepEqual(page.complaints, []);
  },
);

test.serial('the page of statistics has room in narrow and in wide windows', async (t) => {
  const { server, page, url } = await look(t);
  await work(t, server);
  for (const width of [320, 800, 1600]) {
    const size = { width, height: 900, deviceScaleFactor: 1, mobile: false };
    await page.call('Emulation.setDeviceMetricsOverride', size);
    await page.load(url);
    t.deepEqual(await page.evaluate(findClashes), [], `${width} pixels`);
  }
});

/** How far colours are from what is behind them (WCAG 2.1, 1.4.3), by what has them. */
const findContrasts = `(() => {
  const read = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const light = ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const page = getComputedStyle(document.documentElement).backgroundColor;
  const ratio = (name, behind, property = 'color') => {
    const style = getComputedStyle(document.querySelector(name));
    const [a, b] = [style[property], behind ?? style.backgroundColor].map((text) => light(read(text)));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return {
    ...{ body: ratio('body', page), note: ratio('h1+p', page), tile: ratio('.tiles li') },
    ...{ zero: ratio('.zero', page), ok: ratio('rect.ok', page, 'fill'), failed: ratio('rect.failed', page, 'fill') },
  };
})()`;

test.serial(
  'the page of statistics is light or dark as its reader’s system is, and readable in both',
  async (t) => {
    const { server, page, url } = await look(t);
    await work(t, server);
    const seen = new Set<string>();
    for (const value of ['light', 'dark']) {
      const features = [{ name: 'prefers-color-scheme', value }];
      await page.call('Emulation.setEmulatedMedia', { features });
      await page.load(url);
      const contrast = (await page.evaluate(findContrasts)) as Record<string, number>;
      t.is(Object.keys(contrast).length, 6);
      for (const [name, ratio] of Object.entries(contrast))
        t.true(ratio >= 4.5, `${value} ${name} ${ratio}`);
      const { data } = await page.call('Page.captureScreenshot', { format: 'png' });
      seen.add(createHash('sha256').update(String(data)).digest('hex'));
    }
    t.is(seen.size, 2);
  },
);
