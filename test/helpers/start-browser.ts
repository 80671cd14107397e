import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { makeFolder } from './make-folder.ts';
import { killGroup } from './run.ts';

/** One page of a real browser, as its DevTools see it. */
export interface Page {
  /** Ask the browser something: a method of the DevTools protocol, and what it takes. */
  readonly call: (method: string, parameters?: object) => Promise<Record<string, unknown>>;
  /** What an expression has for a value on the page. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Load an address, and wait until all of it is there. */
  readonly load: (url: string) => Promise<void>;
  /** Every address that was asked for since the start. */
  readonly requests: readonly string[];
  /** What the console shows: errors, warnings, exceptions. */
  readonly complaints: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** Start Debian's Chromium without a window; it is gone when the test is over. */
export async function startBrowser(t: ExecutionContext): Promise<Page> {
  const folder = await makeFolder(t);
  const words = [
    ...['--headless', '--disable-gpu', '--no-first-run', '--remote-debugging-pipe'],
    '--no-sandbox', // root has none; the only page is ours
    `--user-data-dir=${folder}`,
    'about:blank',
  ];
  const child = spawn('chromium', words, {
    env: { ...process.env, HOME: folder, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = once(child, 'close');
  t.teardown(async () => {
    killGroup(child.pid);
    await closed.catch(() => undefined);
  });
  const [, , , commands, answers] = child.stdio;
  const browser = new Connection(commands as Writable, answers as Readable);
  const created = await browser.call('Target.createTarget', { url: 'about:blank' });
  const attached = await browser.call('Target.attachToTarget', {
    ...{ targetId: created['targetId'], flatten: true },
  });
  return openPage(browser, String(attached['sessionId']));
}

async function openPage(browser: Connection, sessionId: string): Promise<Page> {
  const call = (method: string, parameters: object = {}) =>
    browser.call(method, parameters, sessionId);
  const requests: string[] = [];
  const complaints: string[] = [];
  browser.listen('Network.requestWillBeSent', ({ request }) => {
    requests.push((request as { url: string }).url);
  });
  for (const name of ['Log.entryAdded', 'Runtime.exceptionThrown', 'Runtime.consoleAPICalled']) {
    browser.listen(name, (event) => complaints.push(JSON.stringify(event)));
  }
  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await call(`${domain}.enable`);
  return {
    ...{ call, requests, complaints },
    evaluate: async (expression) => {
      const answer = await call('Runtime.evaluate', { expression, returnByValue: true });
      return (answer['result'] as { value?: unknown }).value;
    },
    load: async (url) => {
      const loaded = new Promise<void>((resolve) => {
        browser.listen('Page.loadEventFired', () => {
          resolve();
        });
      });
      await call('Page.navigate', { url });
      await loaded;
    },
  };
}

/** The DevTools protocol over a pipe: JSON with a NUL after each message. */
class Connection {
  readonly #commands: Writable;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners: [string, (event: Record<string, unknown>) => void][] = [];
  #count = 0;

  constructor(commands: Writable, answers: Readable) {
    this.#commands = commands.on('error', () => undefined); // the browser has gone: nothing answers
    let text = '';
    answers.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (text + chunk).split('\0');
      text = parts.pop() ?? '';
      for (const part of parts) this.#take(JSON.parse(part) as Message);
    });
  }

  listen(method: string, listener: (event: Record<string, unknown>) => void): void {
    this.#listeners.push([method, listener]);
  }

  call(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    const id = (this.#count += 1);
    this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result = {}, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  #take(message: Message): void {
    if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
    for (const [method, listener] of this.#listeners) {
      if (method === message.method) listener(message.params ?? {});
    }
  }
}
