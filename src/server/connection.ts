import { once } from 'node:events';
import type net from 'node:net';
import { isSourceName } from '../compiler/index.ts';
import { exitCodes, DistccError, TimeoutError } from '../errors/index.ts';
import { formatAddress, plainAddress } from '../net/index.ts';
import { describeStatus, encodeResponse } from '../protocol/index.ts';
import type { CompileRequest, CompileResponse } from '../protocol/index.ts';
import { admit } from './admit.ts';
import { compile, failure } from './compile.ts';
import { compilePump } from './compile-pump.ts';
import type { Compilers } from './compilers.ts';
import type { Log } from './log.ts';
import { readRequest } from './read-request.ts';

/** What every connection of a daemon shares. */
export interface Service {
  readonly compilers: Compilers;
  /** Runs a job when a slot is free, in the order asked; rejects at once when its client leaves the row. */
  readonly inSlot: <T>(job: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  readonly jobLifetimeMs: number;
  readonly idleTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly log: Log;
  /** Aborted when the daemon stops. */
  readonly signal: AbortSignal;
}

/** Serve one connection from accept to answer; failures are logged, never thrown. */
export async function serveConnection(socket: net.Socket, service: Service): Promise<void> {
  const client = formatAddress(plainAddress(socket.remoteAddress ?? '?'), socket.remotePort ?? 0);
  const startedAtMs = performance.now();
  try {
    const request = await receive(socket, service);
    if (request === undefined) return; // somebody only knocked
    const gone = watchLeaving(socket, service.signal);
    const response = await answer(request, service, gone);
    const elapsedMs = Math.round(performance.now() - startedAtMs);
    service.log('notice', `${client} ${outline(request, response)} in ${elapsedMs} ms`);
    await send(socket, response, service);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    service.log('warning', `${client} ended without an answer: ${reason}`);
  } finally {
    socket.destroy();
  }
}

async function receive(socket: net.Socket, service: Service): Promise<CompileRequest | undefined> {
  const deadline = AbortSignal.timeout(service.requestTimeoutMs);
  const signal = AbortSignal.any([service.signal, deadline]);
  return readRequest(socket, { idleTimeoutMs: service.idleTimeoutMs, signal });
}

/** distcc keeps its write side open until the answer is complete: its end means that nobody waits. */
function watchLeaving(socket: net.Socket, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort(new TimeoutError('The client went away'));
  };
  socket.once('end', leave).once('close', leave).resume();
  return AbortSignal.any([stopping, gone.signal]);
}

async function answer(
  request: CompileRequest,
  service: Service,
  signal: AbortSignal,
): Promise<CompileResponse> {
  const { version } = request;
  const admission = admit(request, service.compilers);
  if (admission.kind === 'refused') {
    return failure(version, exitCodes.compilerMissing, admission.reason);
  }
  const { scan, compiler } = admission;
  const options = { compiler, lifetimeMs: service.jobLifetimeMs, signal };
  try {
    return await service.inSlot(
      () =>
        request.version === 3
          ? compilePump(request, scan, options)
          : compile(request, scan, options),
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    service.log('error', reason);
    const code = error instanceof DistccError ? error.exitCode : exitCodes.ioError;
    return failure(version, code, reason);
  }
}

function outline(request: CompileRequest, response: CompileResponse): string {
  const [compiler = '?'] = request.args;
  const source = request.args.find(isSourceName) ?? '?';
  return `${compiler} ${source}: ${describeStatus(response.status)}, ${response.object.length} bytes`;
}

async function send(
  socket: net.Socket,
  response: CompileResponse,
  { idleTimeoutMs, signal }: Service,
): Promise<void> {
  socket.setTimeout(idleTimeoutMs, () =>
    socket.destroy(new TimeoutError('The answer is not read')),
  );
  socket.cork();
  for (const chunk of encodeResponse(response)) socket.write(chunk);
  socket.end();
  if (!socket.destroyed) await once(socket, 'finish', { signal }).catch(() => undefined);
  if (!socket.destroyed && !socket.readableEnded) await leaveTime(socket, signal);
}

/** Closing while the client still sends would reset the connection and lose the answer. */
async function leaveTime(socket: net.Socket, stopping: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(LINGER_MS)]);
  await Promise.race([once(socket, 'end', { signal }), once(socket, 'close', { signal })]).catch(
    () => undefined,
  );
}

/** How long a client may take to close after its answer. */
const LINGER_MS = 2000;
