import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { seededRandom } from '../dns/seeded-random.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { root } from './root.ts';
import { runDemo } from './run-farm.ts';
import type { DemoOptions } from './run-farm.ts';

let wholeRunMs = 10_000;

test.serial(
  'npm start vets the farm, builds on those that passed and runs the result',
  async (t) => {
    if (!fs.existsSync(path.join(root, 'build/inputs'))) await runDemo(t); // the first run fetches
    const { code, stdout, stderr, elapsedMs } = await runDemo(t, {
      command: ['npm', 'start', '--', '-k5000'], // other tests run at the same time
    });
    wholeRunMs = elapsedMs;
    t.is(code, 0, stdout + stderr);
    t.notRegex(stdout, /Fetched|Installing|Compiling/, 'the second run does no set-up');
    t.false(stdout.includes('\u001B'), 'no colours in a pipe');
    const verdicts = [...stdout.matchAll(/^(mydistcc\d) \(.*?\]: ([a-z-]+)/gm)];
    t.deepEqual(Object.fromEntries(verdicts.map(([, name, verdict]) => [name, verdict])), {
      mydistcc1: 'up',
      mydistcc2: 'up',
      mydistcc3: 'stalled',
      mydistcc4: 'up',
      mydistcc5: 'forged',
      mydistcc6: 'wrong-target',
      mydistcc7: 'up',
      mydistcc8: 'denied',
      mydistcc9: 'refused',
    });
    const lines = /^(127\.0\.0\.1\d:\d+\n){4}/m.exec(stdout)?.[0] ?? 'no list';
    const vetted = lines.trim().replaceAll('\n', ' ');
    t.true(stdout.includes(`\n$ export DISTCC_HOSTS='${vetted}'\n`), stdout);
    t.deepEqual(lastNumbers(vetted), ['11', '12', '14', '17']);
    const [, objects, places = ''] = /^(\d+) objects: (.*), 0 here$/m.exec(stdout) ?? [];
    const counts = places.split(', ').map((place) => /^(\d+) on mydistcc[1247]$/.exec(place)?.[1]);
    t.is(objects, '45', stdout);
    t.is(
      counts.reduce((sum, count) => sum + Number(count), 0),
      45,
      places,
    );
    t.regex(stdout, /^leveldb 1\.20: 20000 keys written, 20000 read back in order/m);
    t.regex(
      stdout,
      /\$ npm install --global \.\n(.*\n)*\$ distccd .*\n(.*\n)*\$ export DISTCC_HOSTS=/,
    );
  },
);

test.serial(
  'npm start -- --tls does the same with hosts that have to prove who they are',
  async (t) => {
    const { code, stdout, stderr } = await runDemo(t, {
      command: ['node', 'build/examples/farm/start.js', '--tls', '-k5000', '-c3000'],
    });
    t.is(code, 0, stdout + stderr);
    const verdicts = [...stdout.matchAll(/^(mydistcc\d) \(.*?\]: ([a-z-]+)/gm)];
    t.deepEqual(Object.fromEntries(verdicts.map(([, name, verdict]) => [name, verdict])), {
      mydistcc1: 'up',
      mydistcc2: 'up',
      mydistcc3: 'tls-failed',
      mydistcc4: 'up',
      mydistcc5: 'untrusted',
      mydistcc6: 'wrong-target',
      mydistcc7: 'up',
      mydistcc8: 'denied',
      mydistcc9: 'refused',
    });
    t.regex(stdout, /^\$ export DISTCC_HOSTS='(?:127\.0\.0\.1\d:\d+,tls=mydistcc\d ?){4}'$/m);
    const [, places = ''] = /^45 objects: (.*), 0 here$/m.exec(stdout) ?? [];
    const counts = places.split(', ').map((place) => /^(\d+) on mydistcc[1247]$/.exec(place)?.[1]);
    t.is(
      counts.reduce((sum, count) => sum + Number(count), 0),
      45,
      stdout,
    );
  },
);

function lastNumbers(list: string): string[] {
  return [...list.matchAll(/127\.0\.0\.(\d+):/g)].map(([, number = '']) => number).sort();
}

test.serial('npm start builds a project in C where there is no C++ compiler', async (t) => {
  const { code, stdout, stderr } = await runDemo(t, {
    searchPath: await makeSearchPath(t, 'node npm sh make gcc as ld tar gzip env uname'),
  });
  t.is(code, 0, stdout + stderr);
  t.regex(stdout, /^24 objects: .*, 0 here$/m);
  t.regex(
    stdout,
    /^brotli 1\.0\.7: 626828 bytes of text squeezed into \d+ and read back the same$/m,
  );
});

test.serial('npm start says in one line what to install where it cannot build', async (t) => {
  const searchPath = await makeSearchPath(t, 'node sh tar');
  const { code, stdout, stderr } = await runDemo(t, { searchPath });
  t.is(code, 1);
  t.is(stdout, '');
  t.is(
    stderr,
    'npm start: Cannot build anything here: install make and gcc (Debian: apt-get install gcc g++ make tar)\n',
  );
});

/** A folder with links to these programs alone. */
async function makeSearchPath(t: ExecutionContext, names: string): Promise<string> {
  const folder = await makeFolder(t);
  const folders = [path.dirname(process.execPath), ...(process.env['PATH'] ?? '').split(':')];
  for (const name of names.split(' ')) {
    const file = folders.map((one) => path.join(one, name)).find((one) => fs.existsSync(one));
    if (file !== undefined) fs.symlinkSync(file, path.join(folder, name));
  }
  return folder;
}

const random = seededRandom(20);
/** Parts of a whole run: the farm starts and is vetted in the first fifth, the rest is the build. */
const moments = Array.from({ length: 6 }, (_, index) => ((index + random()) / 6) ** 2 / 2);

for (const [index, moment] of moments.entries()) {
  const signal = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const)[index % 3] ?? 'SIGINT';
  const percent = Math.round(moment * 100);
  test.serial(
    `npm start leaves nothing behind when ${signal} comes after ${percent} %`,
    async (t) => {
      const ended = await runDemo(t, {
        onStart: (child) => {
          void sleep(moment * wholeRunMs).then(() => child.kill(signal));
        },
      });
      // Before Node has read the demo the signal itself ends it; a machine that got faster may be done.
      const codes = [0, 128 + os.constants.signals[signal]];
      t.true(ended.signal === signal || codes.includes(ended.code ?? -1), ended.stdout);
      t.is(ended.stderr, '');
    },
  );
}

/** Sends a signal as soon as the build begins. */
function atBuild(send: (npm: number) => void): DemoOptions {
  const onStart = (child: ChildProcess): void => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('$ make') && child.pid !== undefined) send(child.pid);
    });
  };
  return { command: ['npm', 'start'], onStart };
}

test.serial('npm start leaves nothing behind when a Ctrl-C reaches the group of npm', async (t) => {
  const { stdout } = await runDemo(
    t,
    atBuild((npm) => process.kill(-npm, 'SIGINT')),
  );
  t.regex(stdout, /\nStopped: the farm and all of its files are gone\n$/);
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test.serial(`npm start leaves nothing behind when npm alone gets ${signal}`, async (t) => {
    const { stdout } = await runDemo(
      t,
      atBuild((npm) => process.kill(npm, signal)),
    );
    t.regex(stdout, /\nStopped: the farm and all of its files are gone\n$/);
  });
}
