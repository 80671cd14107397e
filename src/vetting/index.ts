export { readLastGood, saveLastGood } from './last-good.ts';
export type { LastGood } from './last-good.ts';
export { rank, sortOrders } from './rank.ts';
export type { SortOrder } from './rank.ts';
export { isUp } from './row.ts';
export type { Row } from './row.ts';
export { vet } from './vet.ts';
export type { VetOptions } from './vet.ts';
