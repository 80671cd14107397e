import test from 'ava';
import { Slots } from '../../src/server/slots.ts';
import { Stats } from '../../src/server/index.ts';
import { renderStatsPage } from '../../src/server/stats-page.ts';
import { renderStatsText } from '../../src/server/stats-text.ts';

function makeSource() {
  const clock = { ms: 1_000_000_000_000 };
  const stats = new Stats(() => clock.ms);
  const options = { jobs: 4, maxQueue: 1, maxWaitMs: 1, overload: () => undefined };
  const source = { stats, slots: new Slots(options), jobs: 4, freeMemoryBytes: () => 3 * 2 ** 20 };
  const compile = (ms: number, isOk = true): void => {
    const job = stats.begin('10.0.0.1:9', 'gcc', 'a b.c');
    const startedAtMs = clock.ms;
    clock.ms += ms;
    stats.compiled(job, startedAtMs, isOk);
    stats.end(isOk ? 'ok' : 'compile-failed');
    stats.jobs.delete(job);
  };
  return { clock, stats, source, compile };
}

/** The keys that the distccd 3.4 of Debian prints, in its order, watched on loopback. */
const originalKeys = [
  ...['tcp_accept', 'rej_bad_req', 'rej_overload', 'compile_ok', 'compile_error'],
  ...['compile_timeout', 'cli_disconnect', 'other', 'longest_job', 'longest_job_compiler'],
  ...['longest_job_time_msecs', 'max_kids', 'avg_kids1', 'avg_kids2', 'avg_kids3'],
  ...['current_load', 'load1', 'load2', 'load3', 'num_compiles1', 'num_compiles2'],
  ...['num_compiles3', 'num_procstate_D', 'max_RSS', 'max_RSS_name', 'io_rate', 'free_space'],
].map((key) => `dcc_${key}`);

test('renderStatsText() has the original’s 27 keys in its order', (t) => {
  const lines = renderStatsText(makeSource().source).split('\n');
  t.deepEqual(lines.slice(0, 2), ['argv /distccd', '<distccstats>']);
  t.deepEqual(
    lines.slice(2, 29).map((line) => line.split(' ')[0]),
    originalKeys,
  );
  t.deepEqual(lines.slice(29), ['dcc_free_mem 3 MB', '</distccstats>', '']);
  for (const line of lines.slice(2, 29)) t.regex(line, /^\S+ \S+(?: MB)?$/);
});

test('renderStatsText() counts what ended, by when', (t) => {
  const { clock, source, compile, stats } = makeSource();
  compile(2000);
  clock.ms += 4 * 60_000;
  compile(30_000, false);
  stats.end('busy');
  stats.end('refused');
  const rows = new Map(
    renderStatsText(source)
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const want = {
    ...{ dcc_compile_ok: '1', dcc_compile_error: '1', dcc_rej_overload: '1', dcc_rej_bad_req: '1' },
    ...{ dcc_num_compiles1: '1', dcc_num_compiles2: '2', dcc_num_compiles3: '2' },
    ...{ dcc_longest_job: 'a_b.c', dcc_longest_job_compiler: 'gcc' },
    ...{ dcc_longest_job_time_msecs: '30000', dcc_max_kids: '4' },
  };
  t.deepEqual(Object.fromEntries(Object.keys(want).map((key) => [key, rows.get(key)])), want);
});

test('Stats keeps an hour and no more', (t) => {
  const { clock, stats, compile } = makeSource();
  for (let minute = 0; minute < 180; minute += 1) {
    compile(1000);
    clock.ms += 59_000;
  }
  t.true(stats.since(Infinity).length <= 61);
  t.is(stats.counts.ok, 180);
});

test('Stats counts by compiler, for as many names as a page has room for', (t) => {
  const { stats } = makeSource();
  for (let count = 0; count < 150; count += 1) {
    stats.compiled(stats.begin('10.0.0.1:9', `cc-${count}`, 'a.c'), stats.now() - 500, count > 0);
  }
  stats.compiled(stats.begin('10.0.0.1:9', 'cc-0', 'a.c'), stats.now() - 500, true);
  t.is(stats.compilers.size, 100);
  t.deepEqual(stats.compilers.get('cc-0'), { ok: 1, failed: 1, busyMs: 1000 });
});

test('renderStatsPage() shows a hundred jobs at most, and says how many more there are', (t) => {
  const { source, stats } = makeSource();
  for (let count = 0; count < 130; count += 1) stats.begin('10.0.0.1:9', 'gcc', `${count}.c`);
  const page = renderStatsPage(source, []);
  t.is(page.match(/>\d+\.c</g)?.length, 100);
  t.true(page.includes('And 30 more.'));
});

test('renderStatsPage() shows jobs, escapes what clients name, and fetches nothing', (t) => {
  const { source, stats, compile, clock } = makeSource();
  compile(100);
  compile(100, false);
  const job = stats.begin('10.0.0.1:9', 'gcc', '<script>alert("x")</script>.c');
  job.phase = 'compiling';
  clock.ms += 61_000;
  const page = renderStatsPage(source, [['Port', '3632']]);
  t.false(page.includes('<script'));
  t.true(page.includes('&#60;script&#62;alert(&#34;x&#34;)'));
  t.regex(page, /<td>gcc<\/td><td>10\.0\.0\.1:9<\/td><td>1 min 1 s<\/td><td>compiling<\/td>/);
  t.regex(page, /<rect class="ok"/);
  t.regex(page, /<rect class="failed"/);
  t.regex(page, /prefers-color-scheme:dark/);
  t.false(/(?:src|href|url)\s*[=(]/.test(page));
});
