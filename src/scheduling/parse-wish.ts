import { phases } from './messages.ts';
import type { AuditedWish, Ending, Phase, Wish } from './messages.ts';

const endings = ['done', 'rejected', 'failed', 'lost'] as const satisfies readonly Ending[];

type Fields = Readonly<Record<string, unknown>>;

/** One reader for each wish: undefined when a field is not what it should be. */
const readers: { readonly [W in Wish['wish']]: (fields: Fields) => Wish | undefined } = {
  open: ({ pid, file, compiler, list }) =>
    isNumber(pid) && isText(file) && isText(compiler) && isText(list)
      ? { wish: 'open', pid, file, compiler, list }
      : undefined,
  begin: () => ({ wish: 'begin' }),
  here: ({ why }) => (isText(why) ? { wish: 'here', why } : undefined),
  host: ({ bytes }) => (isNumber(bytes) && bytes >= 0 ? { wish: 'host', bytes } : undefined),
  phase: ({ phase }) => (isPhase(phase) ? { wish: 'phase', phase } : undefined),
  audit: () => ({ wish: 'audit' }),
  audited: readAudited,
  end: ({ address, port, ending }) =>
    isText(address) && isNumber(port) && isEnding(ending)
      ? { wish: 'end', address, port, ending }
      : undefined,
  jobs: () => ({ wish: 'jobs' }),
  stats: () => ({ wish: 'stats' }),
  stop: () => ({ wish: 'stop' }),
};

/** What a line of a client says, or undefined when it is no wish. */
export function parseWish(value: unknown): Wish | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Fields;
  const name = fields['wish'];
  return isWishName(name) ? readers[name](fields) : undefined;
}

function readAudited({ differing }: Fields): AuditedWish | undefined {
  if (differing === undefined) return { wish: 'audited' };
  if (!Array.isArray(differing)) return undefined;
  const places = differing.map(readPlace).filter((place) => place !== undefined);
  return places.length === differing.length ? { wish: 'audited', differing: places } : undefined;
}

function readPlace(value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined;
  const { address, port } = value as Fields;
  return isText(address) && isNumber(port) ? { address, port } : undefined;
}

function isWishName(name: unknown): name is Wish['wish'] {
  return isText(name) && Object.hasOwn(readers, name);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPhase(value: unknown): value is Phase {
  return phases.some((phase) => phase === value);
}

function isEnding(value: unknown): value is Ending {
  return endings.some((ending) => ending === value);
}
