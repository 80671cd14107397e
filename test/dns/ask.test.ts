import net from 'node:net';
import test from 'ava';
import { ask } from '../../src/dns/ask.ts';
import { RoundTrip } from '../../src/dns/round-trip.ts';
import type { ServerState } from '../../src/dns/server-state.ts';
import { UdpExchange } from '../../src/dns/udp-exchange.ts';
import { startDnsServer } from './start-dns-server.ts';

test('ask() tells once what became of a question, when its end comes with an answer over TCP', async (t) => {
  const server = await startDnsServer(t, {
    names: () => ({ A: ['127.0.0.9'], fault: 'truncated' }),
  });
  const roundTrip = new RoundTrip({ firstResendMs: 30_000, floorMs: 30_000 });
  const exchange = new UdpExchange<ServerState>(false);
  const { signal, abort } = abortable();
  t.teardown(() => {
    exchange.close();
  });
  const destroy = Reflect.get(net.Socket.prototype, 'destroy');
  // The answer has been read, and nobody has been told yet.
  net.Socket.prototype.destroy = function (error) {
    if (this.remotePort === server.port) abort();
    return destroy.call(this, error);
  };
  const told: string[] = [];
  ask(
    { name: 'red', type: 'A' },
    {
      ...{ exchange, signal, wantsAll: false },
      ...{ timeoutMs: 30_000, deadlineMs: performance.now() + 30_000 },
      servers: [{ server, roundTrip, missCount: 0 }],
    },
    {
      onOutcome: ({ kind }) => told.push(kind),
      onFailure: ({ message }) => told.push(message),
    },
  );
  while (told.length === 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  t.deepEqual(told, ['enough']);
});

function abortable() {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(new Error('enough'));
  };
  return { signal: controller.signal, abort };
}
