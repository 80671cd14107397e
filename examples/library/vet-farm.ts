// node vet-farm.js 'mydistcc%d' red:4200/8
// Says of each host what it is, as soon as it is known; then prints DISTCC_HOSTS, the fastest host first.
import { vet } from 'lsdistcc';
import type { VettedHost } from 'lsdistcc';

const stop = new AbortController();
process.once('SIGINT', () => {
  stop.abort(new Error('Stopped by SIGINT'));
});

const options = { signal: stop.signal, totalTimeoutMs: 20_000, compileTimeoutMs: 10_000 };
const good: VettedHost[] = [];
for await (const host of vet(process.argv.slice(2), options)) {
  console.error(`${host.spec}: ${host.reason ?? 'good'}`);
  if (host.verdict === 'up') good.push(host);
}
good.sort((left, right) => (left.compileMs ?? 0) - (right.compileMs ?? 0));
console.log(good.map(({ spec }) => spec).join(' '));
