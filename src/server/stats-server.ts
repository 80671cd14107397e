import { once } from 'node:events';
import http from 'node:http';
import { BindError, codeOf } from '../errors/index.ts';
import { formatAddress, plainAddress } from '../net/index.ts';
import type { AccessList } from '../net/index.ts';
import { makeMetrics } from './stats-metrics.ts';
import { renderStatsPage } from './stats-page.ts';
import type { Configuration } from './stats-page.ts';
import { renderStatsText } from './stats-text.ts';
import type { StatsSource } from './stats-text.ts';

/** How the stats port is served. */
export interface StatsServerOptions {
  readonly source: StatsSource;
  readonly configuration: Configuration;
  readonly access: AccessList;
  readonly listen?: string;
  readonly port: number;
}

/** Readers at once; each is left after {@link READER_MS}, however slowly it reads. */
const MAX_READERS = 64;
const READER_MS = 10_000;

/** The page has a style of its own and fetches nothing. */
const SECURITY = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'x-content-type-options': 'nosniff',
};

/**
 * Serve `/` (a page), `/stats` (the original's text), `/metrics` (Prometheus) and `/healthz` to whom
 * the access list lets in.
 * @throws {BindError} when the address and port cannot be had
 */
export async function startStatsServer(options: StatsServerOptions): Promise<AsyncDisposable> {
  const { source, configuration, access } = options;
  const metrics = makeMetrics(source);
  const routes: Record<string, { type: string; render: () => string | Promise<string> }> = {
    '/': { type: 'text/html; charset=utf-8', render: () => renderStatsPage(source, configuration) },
    '/stats': { type: 'text/plain; charset=utf-8', render: () => renderStatsText(source) },
    '/metrics': { type: metrics.contentType, render: () => metrics.metrics() },
    '/healthz': { type: 'text/plain; charset=utf-8', render: () => 'ok\n' },
  };
  const answer = async (path: string, response: http.ServerResponse): Promise<void> => {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    response.writeHead(route === undefined ? 404 : 200, {
      ...SECURITY,
      'content-type': route?.type ?? 'text/plain; charset=utf-8',
      connection: 'close',
    });
    response.end(route === undefined ? 'No such page\n' : await route.render());
  };
  const server = http.createServer({ requestTimeout: READER_MS }, (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    void answer(path, response);
  });
  server.maxConnections = MAX_READERS;
  server.on('connection', (socket) => {
    if (!access.allows(plainAddress(socket.remoteAddress ?? ''))) socket.destroy();
    const late = setTimeout(() => socket.destroy(), READER_MS);
    socket.once('close', () => {
      clearTimeout(late);
    });
  });
  await listen(server, options);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { [Symbol.asyncDispose]: close };
}

async function listen(server: http.Server, options: StatsServerOptions): Promise<void> {
  const { listen: host, port } = options;
  try {
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
  } catch (cause) {
    const where = formatAddress(host ?? '*', port);
    throw new BindError(`Cannot listen on ${where} for statistics: ${codeOf(cause)}`, { cause });
  }
}
