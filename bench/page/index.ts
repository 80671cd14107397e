export { judge, medianOf, ratioOf } from './compare.ts';
export { renderFiles, saveResults, writePage } from './files.ts';
export { describeEnvironment } from './machine.ts';
export { renderRow } from './render-text.ts';
export type { Picture, Results, Row, Subject, Unit, Wanted } from './results.ts';
