import path from 'node:path';
import test from 'ava';
import { buildPackage } from './build-package.ts';
import { runOnMachine } from './run-on-machine.ts';

/** Only root may lay a root over this one and install there; for the rest there is nothing to try. */
const rootTest = process.getuid?.() === 0 ? test.serial : test.skip;

/** What is installed on a machine. */
interface State {
  readonly ours: boolean;
  readonly theirs: boolean;
  /** By the administrator; otherwise ours is before theirs. */
  readonly isTheirsChosen: boolean;
  /** Whose package made the user `distccd`. */
  readonly user: 'ours' | 'theirs' | undefined;
}

/** Functions of `machine.sh`, and what each does to the machine. */
const steps = {
  begin_without_theirs: () => ({
    ours: false,
    theirs: false,
    isTheirsChosen: false,
    user: undefined,
  }),
  install_ours: (state) => ({ ...state, ours: true, user: state.user ?? 'ours' }),
  install_theirs: (state) => ({ ...state, theirs: true, user: state.user ?? 'theirs' }),
  choose_theirs: (state) => ({ ...state, isTheirsChosen: true }),
  remove_ours: (state) => ({ ...state, ours: false, isTheirsChosen: false }),
  remove_theirs: (state) => ({ ...state, theirs: false, isTheirsChosen: false }),
  purge_theirs: (state) => ({ ...state, theirs: false, isTheirsChosen: false }),
  purge_ours: (state) => {
    const user = state.user === 'ours' && !state.theirs ? undefined : state.user;
    return { ...state, ours: false, isTheirsChosen: false, user };
  },
} satisfies Record<string, (state: State) => State>;

type Step = keyof typeof steps;

const OUR_PROGRAM = '/usr/lib/lsdistcc/lsdistcc';

/** The lines of `look` in `machine.sh`. */
function describe(state: State): string[] {
  const { ours, theirs, isTheirsChosen, user } = state;
  const programs = ['distcc', 'lsdistcc', 'distccmon-text', 'distccd'];
  const isTheirs = (name: string): boolean => theirs && (isTheirsChosen || name === 'distccd');
  const program = (name: string): string => {
    if (!ours) return `/usr/bin/${name}`;
    return isTheirs(name) ? `/usr/bin/${name}.distrib` : OUR_PROGRAM;
  };
  const owner = !ours ? '' : isTheirs('distcc') ? '.distrib' : '.lsdistcc';
  const working = [
    ...programs.map((name) => `${name}: ${program(name)}`),
    `manual: /usr/share/man/man1/distcc${owner}.1.gz`,
    'compiles',
  ];
  return [
    ...(ours || theirs ? working : []),
    ...(ours ? ['lsdistcc is installed'] : []),
    ...(theirs ? ['distcc is installed'] : []),
    // Four programs and four manuals; update-alternatives has a link for each and a file for each choice.
    ...(ours ? ['diversions: 8', 'alternatives: 10'] : []),
    ...(user === undefined ? [] : ['user: distccd']),
  ].map((line) => `  ${line}`);
}

/** At the end the machine has the same files as it had before ours came. */
const orders: Record<string, string> = {
  'ours comes last and goes first': `install_ours install_ours install_theirs choose_theirs install_theirs
    install_ours remove_ours install_ours purge_ours`,
  'ours comes last and goes last': `install_ours remove_theirs install_theirs purge_theirs install_ours
    purge_ours install_theirs`,
  'ours comes first and goes first': `begin_without_theirs install_ours install_theirs install_ours
    install_theirs purge_ours`,
  'ours comes first and goes last': `begin_without_theirs install_ours install_theirs choose_theirs
    purge_theirs remove_ours purge_ours`,
};

for (const [title, words] of Object.entries(orders)) {
  rootTest(`with Debian’s distcc: ${title}`, async (t) => {
    const order = words.split(/\s+/) as Step[];
    let state: State = { ours: false, theirs: true, isTheirsChosen: false, user: 'theirs' };
    const expected = order.flatMap((step) => {
      state = steps[step](state);
      return [step, ...describe(state)];
    });
    const script = order.map((step) => `echo ${step}; quietly ${step}; look; list_files >${step}`);
    const same = state.theirs ? 'begin' : 'begin_without_theirs';
    const begin = 'pack_theirs; list_files >begin';
    const end = `diff ${same} ${order.at(-1)}`;
    const packages = path.dirname(await buildPackage(t));
    const stdout = await runOnMachine(t, packages, [begin, ...script, end].join('\n'));
    t.deepEqual(stdout.trimEnd().split('\n'), expected);
  });
}
