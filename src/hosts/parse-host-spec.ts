import { HostSpecError } from '../errors/index.ts';
import { DEFAULT_LIMIT, DEFAULT_LOCALHOST_LIMIT, defaultPort } from './host-spec.ts';
import type { HostSpec, LocalHost, RemoteHost, SshHost, TcpHost } from './host-spec.ts';
import { MAX_LIMIT, MAX_PORT, readNumber } from './read-number.ts';

/**
 * Read one entry of DISTCC_HOSTS (distcc(1), HOST SPECIFICATIONS; fact sheet 2.2). Stricter than the
 * original where that guesses: numbers have ranges, and nothing left over is dropped in silence.
 * @param text - one word, without comment
 * @throws {HostSpecError} naming the entry and what is wrong with it
 */
export function parseHostSpec(text: string): HostSpec {
  if (text === 'localhost' || text.startsWith('localhost/')) return parseLocal(text);
  return text.includes('@') ? parseSsh(text) : parseTcp(text);
}

function parseLocal(text: string): LocalHost {
  const limit = text.slice('localhost/'.length);
  if (text === 'localhost') return { kind: 'local', limit: DEFAULT_LOCALHOST_LIMIT, text };
  return { kind: 'local', limit: readLimit(limit, text), text };
}

/** A name, or anything in brackets; then the rest of the entry up to its options. */
const HOST_AND_REST = /^(?:\[([^[\]/,@\s]+)\]|([^[\]/:,@\s]+))(.*)$/;
/** `:4200/3`, and the old order `/3:4200`, after which a second limit may follow. */
const PORT_AND_LIMIT = /^(?::([^:/]*))?(?:\/([^:/]*))?$/;
const LIMIT_AND_PORT = /^\/([^:/]*):([^:/]*)(?:\/([^:/]*))?$/;
const LIMIT_AND_COMMAND = /^(?:\/([^:/]*))?(?::(.+))?$/;

function parseTcp(text: string): TcpHost {
  const { head, options } = splitOptions(text);
  if (head.split(':').length > 2 && !head.includes('[')) {
    if (/^[\d.:a-f%]+/i.test(head)) throw wrong(text, 'an IPv6 address is written in brackets');
  }
  const { host, rest } = splitHost(head, text);
  const old = LIMIT_AND_PORT.exec(rest);
  const [, port, limit] = old
    ? [rest, old[2], old[3] ?? old[1]]
    : (PORT_AND_LIMIT.exec(rest) ?? leftOver(rest, text));
  const tls = readTls(options, text);
  return {
    kind: 'tcp',
    host,
    port: port === undefined ? defaultPort(tls) : readPort(port, text),
    ...limitFields(limit, text),
    ...tls,
    ...readOptions(
      options.filter((option) => !isTlsOption(option)),
      text,
    ),
    text,
  };
}

function parseSsh(text: string): SshHost {
  const at = text.indexOf('@');
  const user = text.slice(0, at);
  if (/^-|[[\]/:,\s]/.test(user)) throw wrong(text, `"${user}" is not a user name`);
  const { head, options } = splitOptions(text.slice(at + 1));
  if (options.some(isTlsOption)) throw wrong(text, 'option tls is not for hosts behind ssh');
  const { host, rest } = splitHost(head, text);
  const [, limit, command] = LIMIT_AND_COMMAND.exec(rest) ?? leftOver(rest, text);
  // Behind the host's name, too, ssh takes such a word for an option of its own.
  if (command?.startsWith('-') === true) throw wrong(text, 'a command does not start with "-"');
  return {
    kind: 'ssh',
    ...(user && { user }),
    host,
    ...(command && { command }),
    ...limitFields(limit, text),
    ...readOptions(options, text),
    text,
  };
}

function splitOptions(text: string): { head: string; options: readonly string[] } {
  const [head = '', ...options] = text.split(',');
  return { head, options };
}

function splitHost(head: string, text: string): { host: string; rest: string } {
  const [, bracketed, plain, rest = ''] = HOST_AND_REST.exec(head) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    if (head.startsWith('[') && !head.includes(']')) throw wrong(text, '"]" is missing');
    throw wrong(text, 'the name of a host is missing');
  }
  // A name cannot start so, and as a word of ssh's command line it would be an option.
  if (host.startsWith('-')) throw wrong(text, 'the name of a host does not start with "-"');
  return { host, rest };
}

function leftOver(rest: string, text: string): never {
  throw wrong(text, `"${rest}" cannot follow the name of the host`);
}

function readPort(port: string, text: string): number {
  const number = readNumber(port, MAX_PORT);
  if (number === undefined)
    throw wrong(text, `port "${port}" is not a number from 1 to ${MAX_PORT}`);
  return number;
}

function readLimit(limit: string, text: string): number {
  const number = readNumber(limit, MAX_LIMIT);
  if (number === undefined) throw wrong(text, `limit "${limit}" is not a number from 1`);
  return number;
}

type LimitFields = Pick<RemoteHost, 'limit' | 'isLimitGiven'>;

function limitFields(limit: string | undefined, text: string): LimitFields {
  if (limit === undefined) return { limit: DEFAULT_LIMIT, isLimitGiven: false };
  return { limit: readLimit(limit, text), isLimitGiven: true };
}

type TlsFields = Pick<TcpHost, 'isTls' | 'tlsName'>;

/** `tls`, or `tls=NAME` where the certificate names another host than the entry. */
function readTls(options: readonly string[], text: string): TlsFields {
  const option = options.findLast(isTlsOption);
  if (option === undefined) return { isTls: false };
  if (option === 'tls') return { isTls: true };
  const tlsName = option.slice('tls='.length);
  // The characters of names and addresses, IPv6 without brackets: nothing that a shell or a log minds.
  if (/^[\w.:-]+$/.test(tlsName)) return { isTls: true, tlsName };
  throw wrong(text, `"${tlsName}" is no name of a certificate`);
}

function isTlsOption(option: string): boolean {
  return option === 'tls' || option.startsWith('tls=');
}

type OptionFields = Pick<RemoteHost, 'compression' | 'preprocessAt' | 'isDown'>;

function readOptions(options: readonly string[], text: string): OptionFields {
  for (const option of options) {
    if (option === '') throw wrong(text, 'a comma without an option');
    if (!['lzo', 'cpp', 'down'].includes(option)) {
      throw wrong(text, `option "${option}" is none of lzo, cpp, tls, down`);
    }
  }
  const isCompressed = options.includes('lzo');
  const isPump = options.includes('cpp');
  if (isPump && !isCompressed) throw wrong(text, 'option cpp needs option lzo');
  return {
    compression: isCompressed ? 'lzo' : 'none',
    preprocessAt: isPump ? 'server' : 'client',
    isDown: options.includes('down'),
  };
}

function wrong(text: string, reason: string): HostSpecError {
  return new HostSpecError(`Cannot read the host "${text}": ${reason}`);
}
