import { compile } from '../probing/compile.util.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';

/**
 * A daemon's script: compile what comes with a compiler of its own choice, whatever was asked for.
 * @param change - what it does to the source before
 */
export function answerWitness(
  command: readonly [string, ...string[]],
  change: (source: string) => string = (source) => source,
): Script {
  return async ({ socket, request, response }) => {
    const { version, ...rest } = await request();
    if (version === 3 || !('source' in rest)) throw new TypeError('Plain requests only');
    const source = new TextEncoder().encode(change(new TextDecoder().decode(rest.source)));
    const { object } = await compile(command, 'witness.c', source);
    socket.end(response({ object }));
  };
}
