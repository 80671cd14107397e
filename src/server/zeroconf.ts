import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { codeOf } from '../errors/index.ts';
import type { Log } from './log.ts';

/** What a daemon says of itself on its network. */
export interface ZeroconfOptions {
  readonly port: number;
  /** Where TLS is taken, when it is. */
  readonly tlsPort?: number;
  /** What this machine's certificate names. */
  readonly tlsName?: string;
  /** Whether plain clients are served; else the original's need not find this server. */
  readonly isPlain: boolean;
  readonly jobs: number;
  readonly cpuCount: number;
  readonly version: string;
  /** The machine the daemon was built for: `x86_64-linux`. */
  readonly target: string;
  /** The path of `cc`, when there is one. */
  readonly compiler: string | undefined;
  readonly log: Log;
}

/** On a machine without a network, ciao never comes to the end of saying goodbye. */
const GOODBYE_MS = 1000;

/**
 * Offer this daemon by multicast DNS as the original does: name, TXT keys and the subtype of its
 * compiler (fact sheet 5.9). A network without multicast is a warning.
 */
export async function advertise(options: ZeroconfOptions): Promise<AsyncDisposable> {
  const { port, tlsPort, tlsName, isPlain, jobs, cpuCount, version, target, compiler, log } =
    options;
  const [machine, release] = await Promise.all(
    ['-dumpmachine', '-dumpversion'].map((option) => askCompiler(compiler, option)),
  );
  const { getResponder } = await import('@homebridge/ciao'); // 53 ms that others need not wait
  const names = listInterfaces();
  const responder = getResponder(names.length > 0 ? { interface: names } : {});
  const service = responder.createService({
    name: `distcc@${os.hostname()}`,
    hostname: makeHostName(),
    type: isPlain ? 'distcc' : 'distccs',
    port,
    ...(machine && release ? { subtypes: [`${clean(machine)}--${clean(release)}`] } : {}),
    txt: {
      ...{ txtvers: '1', cpus: String(cpuCount), jobs: String(jobs), distcc: version },
      gnuhost: target,
      ...(release && { cc_version: release }),
      ...(machine && { cc_machine: machine }),
      ...(tlsPort !== undefined && {
        tls: String(tlsPort),
        ...(tlsName !== undefined && { tlsname: tlsName }),
      }),
    },
  });
  service.advertise().then(
    () => {
      log('notice', `offered by multicast DNS as distcc@${os.hostname()}`);
    },
    (error: unknown) => {
      log('warning', `Cannot offer this server by multicast DNS: ${codeOf(error)}`);
    },
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.race([responder.shutdown(), sleep(GOODBYE_MS)]);
    },
  };
}

/**
 * A host name that no other machine has. Left to itself, ciao makes `distcc@red.local` of the service's
 * name, and `distcc@red-(2).local` when somebody has that: neither is a name that a host can have.
 */
function makeHostName(): string {
  const [label = ''] = os.hostname().split('.');
  return `distcc-${clean(label).slice(0, MAX_LABEL)}-${randomBytes(3).toString('hex')}`;
}

/** A label has 63 bytes (RFC 1035, 2.3.4), of which ours takes a few. */
const MAX_LABEL = 48;

/** Left to itself, ciao 1.3.12 takes the `eth0@if5` of a container for a name and finds no such interface. */
function listInterfaces(): string[] {
  return Object.entries(os.networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.some(({ internal }) => !internal) ? [name] : [],
  );
}

/** A part of a subtype's name: lower case, with `-` for all but letters and digits. */
function clean(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '-');
}

async function askCompiler(file: string | undefined, option: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    const { stdout } = await promisify(execFile)(file, [option], { timeout: 5000 });
    return stdout.trim() || undefined;
  } catch {
    return undefined; // it answers no such question
  }
}
