export { rank, sortOrders } from './rank.ts';
export type { SortOrder } from './rank.ts';
export { isUp } from './row.ts';
export type { Row } from './row.ts';
export { vet } from './vet.ts';
export type { VetOptions } from './vet.ts';
export { makeResolver, vetFarm } from './vet-farm.ts';
export type { FarmOptions } from './vet-farm.ts';
