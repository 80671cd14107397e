// Run as a process of its own: aborts or closes in the middle, and must then end without being told.
import { createResolver } from '../../src/dns/index.ts';

const [port = '0', mode = ''] = process.argv.slice(2);
const resolver = createResolver({
  servers: [{ address: '127.0.0.1', port: Number(port) }],
  search: [],
  ndots: 1,
  hosts: new Map(),
  timeoutMs: 600_000,
});
const controller = new AbortController();
const names = Array.from({ length: 300 }, (_, index) => `h${index}`);
const all = names.map((name) => resolver.resolve(name, { signal: controller.signal }));
setTimeout(() => {
  if (mode === 'abort') controller.abort(new Error('enough'));
  else resolver.close();
}, 100);
const results = await Promise.allSettled(all);
const reasons = results.map((one) => (one.status === 'rejected' ? String(one.reason) : 'resolved'));
process.stdout.write([...new Set(reasons)].join('; '));
