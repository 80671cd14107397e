import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { makeFolder } from './make-folder.ts';

/** What a certificate of a test says. */
export interface CertificateWords {
  /** `DNS:red`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  /** `serverAuth`, `clientAuth`; none at all when empty. */
  readonly usages?: readonly string[];
  /** As openssl takes them: `20200101000000Z`. */
  readonly from?: string;
  readonly until?: string;
  /** The key is encrypted with it. */
  readonly passphrase?: string;
}

const run = promisify(execFile);
let count = 0;

/** An authority made with openssl alone, that signs whatever a test wants. */
export class Authority {
  readonly folder: string;
  /** The folders of all that were issued. */
  readonly issued: string[] = [];
  readonly #inTurn = pLimit(1);

  constructor(folder: string) {
    this.folder = folder;
  }

  get ca(): string {
    return path.join(this.folder, 'ca.pem');
  }

  /**
   * A folder as DISTCC_TLS_DIR wants it, for a machine with both usages unless told otherwise.
   * @param subject - the common name
   */
  async issue(subject: string, words: CertificateWords = {}): Promise<string> {
    const folder = path.join(this.folder, `${subject}-${(count += 1)}`);
    await mkdir(folder);
    await this.#sign(folder, subject, extensionsOf(words), words);
    await copyFile(this.ca, path.join(folder, 'ca.pem'));
    this.issued.push(folder);
    return folder;
  }

  /** An authority below this one; its machines show its certificate behind their own. */
  async issueAuthority(subject: string): Promise<Authority> {
    const folder = path.join(this.folder, `${subject}-${(count += 1)}`);
    await mkdir(folder);
    await this.#sign(
      folder,
      subject,
      'basicConstraints=critical,CA:true\nkeyUsage=keyCertSign,cRLSign\n',
      {},
    );
    await prepare(folder);
    await copyFile(path.join(folder, 'cert.pem'), path.join(folder, 'ca.pem'));
    return new Authority(folder);
  }

  /** The list of the revoked as PEM, with these certificates on it. @param machines - their folders */
  async revoke(...machines: readonly string[]): Promise<string> {
    for (const machine of machines) await this.#ca('-revoke', path.join(machine, 'cert.pem'));
    const { stdout } = await this.#ca('-gencrl', '-crldays', '30');
    return stdout;
  }

  async #sign(
    folder: string,
    subject: string,
    extensions: string,
    { from = '20200101000000Z', until = '20990101000000Z', passphrase }: CertificateWords,
  ): Promise<void> {
    const file = (name: string): string => path.join(folder, name);
    await makeKey(file('key.pem'), passphrase);
    const secret = passphrase === undefined ? [] : ['-passin', `pass:${passphrase}`];
    const key = ['-key', file('key.pem'), ...secret];
    await run('openssl', ['req', '-new', ...key, '-subj', `/CN=${subject}`, '-out', file('csr')]);
    await writeFile(file('ext'), extensions);
    const dates = ['-startdate', from, '-enddate', until];
    const files = ['-in', file('csr'), '-out', file('cert.pem'), '-extfile', file('ext')];
    await this.#ca(...dates, ...files, '-notext');
  }

  /** One at a time: `openssl ca` keeps what it signed in a file. */
  #ca(...words: readonly string[]) {
    return this.#inTurn(() =>
      run('openssl', ['ca', '-batch', '-config', 'ca.cnf', ...words], { cwd: this.folder }),
    );
  }
}

/** An authority of its own for one test. */
export async function makeAuthority(
  t: Pick<ExecutionContext, 'teardown'>,
  subject = 'farm',
): Promise<Authority> {
  const folder = await makeFolder(t);
  await makeKey(path.join(folder, 'key.pem'));
  const files = ['-key', path.join(folder, 'key.pem'), '-out', path.join(folder, 'ca.pem')];
  await run('openssl', [
    'req',
    '-x509',
    '-new',
    '-days',
    '30',
    '-subj',
    `/CN=${subject}`,
    ...files,
  ]);
  await prepare(folder);
  return new Authority(folder);
}

async function makeKey(file: string, passphrase?: string): Promise<void> {
  const secret = passphrase === undefined ? [] : ['-aes256', '-pass', `pass:${passphrase}`];
  const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  await run('openssl', ['genpkey', ...curve, ...secret, '-out', file]);
}

async function prepare(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'index.txt'), '');
  await writeFile(path.join(folder, 'serial'), `${randomBytes(8).toString('hex')}\n`);
  await writeFile(path.join(folder, 'index.txt.attr'), 'unique_subject = no\n');
  await writeFile(
    path.join(folder, 'ca.cnf'),
    `[ca]
default_ca = own
[own]
dir = ${folder}
database = $dir/index.txt
serial = $dir/serial
new_certs_dir = $dir
certificate = $dir/ca.pem
private_key = $dir/key.pem
default_md = sha256
policy = any
[any]
commonName = supplied
`,
  );
}

function extensionsOf({ names = [], usages = ['serverAuth', 'clientAuth'] }: CertificateWords) {
  const lines = [
    'basicConstraints=CA:false',
    ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
    ...(usages.length > 0 ? [`extendedKeyUsage=${usages.join(',')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
