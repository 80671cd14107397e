/** How long answers are waited for: a responder may delay its own by 120 ms, and packets get lost. */
export const MDNS_WAIT_MS = 300;

/** How distccd offers itself (fact sheet 5.9). */
export const MDNS_SERVICE = '_distcc._tcp.local';

/** How ours does when it takes nothing but TLS: the original's clients do not look here. */
export const MDNS_TLS_SERVICE = '_distccs._tcp.local';

/**
 * The subtype under which distccd offers one compiler: each part in lower case, with `-` for every
 * character that is neither letter nor digit.
 * @param machine - as `cc -dumpmachine` says: `x86_64-linux-gnu`
 * @param version - as `cc -dumpversion` says: `12`
 */
export function mdnsSubtype(machine: string, version: string): string {
  const clean = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '-');
  return `_${clean(machine)}--${clean(version)}._sub.${MDNS_SERVICE}`;
}
