import { reasonOf } from '../net/index.ts';
import { ask } from './ask.ts';
import type { Asker, AskOptions, Outcome } from './ask.ts';
import { recordsFor } from './packet.ts';
import type { Answer, Question, RecordType } from './types.ts';

/** Who wants to know of a name, and what they make of it. */
export interface Searcher<T extends RecordType, Result> {
  readonly read: (answer: Answer<T>) => Result;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** A server that failed may know the name after all; a name without the type exists. */
const weights = { 'no-such-name': 0, 'no-data': 1, 'dns-failed': 2, 'dns-timeout': 3, records: 4 };

/**
 * All that a name may stand for, in order, and each asked for the types in order until one has records; what
 * failed weighs more than what is missing. Without a promise a step: it is done for thousands of names.
 */
export class Search<T extends RecordType, Result> implements Asker {
  readonly #names: readonly string[];
  readonly #types: readonly T[];
  readonly #options: AskOptions;
  readonly #searcher: Searcher<T, Result>;
  readonly #onEnd: () => void;
  #nameIndex = 0;
  #typeIndex = 0;
  #result: Answer<T> = { kind: 'no-such-name' };

  /** @param onEnd - called before the searcher is told */
  constructor(
    names: readonly string[],
    types: readonly T[],
    options: AskOptions,
    searcher: Searcher<T, Result>,
    onEnd: () => void,
  ) {
    this.#names = names;
    this.#types = types;
    this.#options = options;
    this.#searcher = searcher;
    this.#onEnd = onEnd;
  }

  /** Ask on; or tell what is known, when nothing is left to ask. */
  askNext(): void {
    const { signal } = this.#options;
    const name = this.#names[this.#nameIndex];
    const type = this.#types[this.#typeIndex];
    if (signal.aborted) this.onFailure(reasonOf(signal));
    else if (name === undefined || type === undefined) this.#end(this.#result);
    else ask({ name, type }, this.#options, this);
  }

  onOutcome(outcome: Outcome, { name }: Question): void {
    const answer = readOutcome(outcome, name, this.#types[this.#typeIndex]);
    this.#typeIndex += 1;
    if (answer.kind === 'records' || answer.kind === 'dns-timeout') this.#end(answer);
    else {
      if (answer.kind !== 'no-data' || this.#typeIndex === this.#types.length) this.#weigh(answer);
      this.askNext();
    }
  }

  onFailure(reason: unknown): void {
    this.#onEnd();
    this.#searcher.reject(reason);
  }

  /** What is known of one of the names. */
  #weigh(answer: Answer<T>): void {
    if (weights[answer.kind] > weights[this.#result.kind]) this.#result = answer;
    this.#nameIndex += 1;
    this.#typeIndex = 0;
  }

  #end(answer: Answer<T>): void {
    this.#onEnd();
    this.#searcher.resolve(this.#searcher.read(answer));
  }
}

function readOutcome<T extends RecordType>(outcome: Outcome, name: string, type?: T): Answer<T> {
  if (outcome.kind !== 'reply') return outcome;
  const { reply } = outcome;
  if (reply.rcode === 'NXDOMAIN') return { kind: 'no-such-name' };
  const records = type === undefined ? [] : recordsFor(reply, name, type);
  if (records.length === 0) return { kind: 'no-data' };
  return { kind: 'records', records, additionals: reply.additionals };
}
