interface VerdictFacts {
  /** Whether any job of ours would fail there: only that counts against a host's address. */
  readonly isHostFault: boolean;
  /** What to do about it: one line, kept in step with `docs/verdicts.md`. */
  readonly remedy: string;
}

const hostFault = (remedy: string): VerdictFacts => ({ isHostFault: true, remedy });
/** The question, the network's names or our own limits may be to blame as well as the host. */
const notHostFault = (remedy: string): VerdictFacts => ({ isHostFault: false, remedy });

/** Everything that can become of a candidate, with what to do about it. */
export const verdicts = {
  up: notHostFault('Nothing to do: the host is good'),
  'no-such-name': notHostFault('Correct the name, or add it to the DNS'),
  'dns-timeout': notHostFault('Check the DNS servers, or name another with --dns-server'),
  'dns-failed': notHostFault('Look at the DNS server: it answered with an error'),
  unreachable: hostFault('Check that the host is switched on and that a route leads to it'),
  refused: hostFault(
    'Start distccd on the host (through ssh: install it there), or correct the port',
  ),
  'connect-timeout': hostFault(
    'Check the host and the firewalls on the way, or allow more with -c',
  ),
  'tls-failed': hostFault(
    'Check that the host speaks TLS on this port and that its clock is right',
  ),
  untrusted: hostFault(
    'Give the host a certificate of the farm, or put its ssh key into known_hosts',
  ),
  denied: hostFault(
    "Add this machine to the host's --allow list, or your ssh key to its authorized_keys",
  ),
  'not-allowed': notHostFault('Allow the compiler on the host: see its log and --allow-compiler'),
  'bad-protocol': hostFault('Check that distccd, and nothing else, listens on this port'),
  'no-compiler': notHostFault("Install the compiler on the host, in its distccd's PATH"),
  'compile-failed': notHostFault(
    'Run the compiler by hand on the host: it fails on a correct file',
  ),
  'wrong-target': notHostFault('Name the wanted compiler with --target, or install it on the host'),
  'wrong-compiler': notHostFault('Install the wanted compiler version on the host'),
  forged: hostFault('Remove the host: what it sends back was not compiled from what it got'),
  'too-slow': notHostFault('Lighten the load on the host, or allow more time with -k'),
  stalled: hostFault('Restart distccd on the host: it takes connections and says nothing'),
  blacklisted: notHostFault('Wait until its time is over, or run lsdistcc --forgive HOST'),
  'off-network': notHostFault('Widen or drop -m: the host is outside of the first one’s network'),
} as const satisfies Record<string, VerdictFacts>;

/** One of {@link verdicts}. */
export type Verdict = keyof typeof verdicts;

/** The line that says what to do about a verdict. */
export function remedyOf(verdict: Verdict): string {
  return verdicts[verdict].remedy;
}

/**
 * Whether a verdict counts against the host's address in the blacklist. Not so for what depends on
 * the question (a compiler the host lacks, a target it does not serve, a limit of this run): other
 * questions of other people may well be answered.
 */
export function isHostFault(verdict: Verdict): boolean {
  return verdicts[verdict].isHostFault;
}
