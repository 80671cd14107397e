import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { PATIENTLY } from './run-example.ts';

/** Hosts by name, and the words by which lsdistcc finds them in a test. */
export interface TestFarm {
  /** Own DNS and port, patience, and addresses for names that only this DNS knows. */
  readonly options: string;
  /** What is good, as DISTCC_HOSTS has it. */
  readonly good: readonly string[];
  readonly readLog: () => Promise<string>;
}

/** `mydistcc1` and `mydistcc2` compile; `mydistcc3` has an address where nobody listens. */
export async function startFarm(t: ExecutionContext): Promise<TestFarm> {
  const { port, readLog } = await startOurDistccd(t, { isEverywhere: true });
  const dns = await startDnsServer(t, {
    names: {
      mydistcc1: { A: ['127.0.0.11'] },
      mydistcc2: { A: ['127.0.0.12'] },
      mydistcc3: { AAAA: ['::1'] },
    },
  });
  const options = `${PATIENTLY} --numeric --dns-server 127.0.0.1:${dns.port} -r ${port}`;
  return { options, good: [`127.0.0.11:${port}`, `127.0.0.12:${port}`], readLog };
}

/** Words for a farm of one host that is off. */
export async function deadFarm(): Promise<string> {
  return `127.0.0.1:${await findFreePort()}`;
}

const project = {
  Makefile: 'hello: main.o greeting.o\n\t$(CC) -o $@ $^\n',
  'main.c': '#include <stdio.h>\nvoid greet(void);\nint main(void) { greet(); return 0; }\n',
  'greeting.c': '#include <stdio.h>\nvoid greet(void) { puts("Hello"); }\n',
};

/** A project whose `make` builds `hello` of two sources. */
export async function writeProject(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(project)) {
    await writeFile(path.join(folder, name), text);
  }
}
