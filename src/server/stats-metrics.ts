import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { outcomes } from './stats.ts';
import type { Stats } from './stats.ts';
import type { StatsSource } from './stats-text.ts';

/** From an instant compiler to the largest C++ file, in seconds. */
const BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** The metrics of a daemon, for Prometheus. */
export function makeMetrics({ stats, slots, jobs, freeMemoryBytes }: StatsSource): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      ...{ name: `distccd_${name}`, help, registers },
      collect() {
        this.set(read());
      },
    });
  };
  gauge('slots', 'Compilers that may run at once', () => jobs);
  gauge('running_jobs', 'Compilers that run', () => slots.running);
  gauge('queued_jobs', 'Jobs that wait for a slot', () => slots.queued);
  gauge('free_memory_bytes', 'Memory that jobs could have', freeMemoryBytes);
  gauge('start_time_seconds', 'When the daemon started', () => stats.startedAtMs / 1000);
  new Counter({
    ...{ name: 'distccd_requests_total', help: 'Connections that ended, by how', registers },
    labelNames: ['outcome'],
    collect() {
      this.reset();
      for (const outcome of outcomes) this.inc({ outcome }, stats.counts[outcome]);
    },
  });
  new Counter({
    ...{ name: 'distccd_connections_total', help: 'Connections that came', registers },
    collect() {
      this.reset();
      this.inc(stats.acceptedCount);
    },
  });
  countCompilations(stats, registry);
  const seconds = new Histogram({
    ...{ name: 'distccd_compile_seconds', help: 'How long compilers ran', registers },
    buckets: BUCKETS,
  });
  stats.onCompiled = (elapsed) => {
    seconds.observe(elapsed);
  };
  return registry;
}

function countCompilations({ compilers }: Stats, registry: Registry): void {
  new Counter({
    name: 'distccd_compilations_total',
    help: 'Compilers that ended, by how',
    registers: [registry],
    labelNames: ['compiler', 'result'],
    collect() {
      this.reset();
      for (const [compiler, { ok, failed }] of compilers) {
        this.inc({ compiler, result: 'ok' }, ok);
        this.inc({ compiler, result: 'failed' }, failed);
      }
    },
  });
}
