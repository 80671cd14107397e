export { ArgumentError, DistccError } from './errors/index.ts';
export { vetDefaults } from './library/options.ts';
export type { VetOptions } from './library/options.ts';
export { vet } from './library/vet.ts';
export type { VettedHost } from './library/vetted-host.ts';
export type { Verdict } from './probing/index.ts';
