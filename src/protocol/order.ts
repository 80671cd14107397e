import type { ProtocolVersion } from './packet.ts';
import type { PlainRequest, PumpRequest } from './request.ts';
import type { CompileResponse } from './response.ts';

/** The parts of a request in the order they are sent (fact sheet 1.3). Client and server both read it. */
export const requestOrder = {
  1: ['version', 'args', 'source'],
  2: ['version', 'args', 'source'],
  3: ['version', 'cwd', 'args', 'entries'],
} as const satisfies {
  1: readonly (keyof PlainRequest)[];
  2: readonly (keyof PlainRequest)[];
  3: readonly (keyof PumpRequest)[];
};

/** The parts of a response in the order they are sent; `dependencies` only when the compiler succeeded. */
export const responseOrder = {
  1: ['version', 'status', 'stderr', 'stdout', 'object'],
  2: ['version', 'status', 'stderr', 'stdout', 'object'],
  3: ['version', 'status', 'stderr', 'stdout', 'object', 'dependencies'],
} as const satisfies Record<ProtocolVersion, readonly (keyof CompileResponse)[]>;
