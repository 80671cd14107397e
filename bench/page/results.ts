/** What the figures of a row are. */
export type Unit = 'ms' | 's' | 'MiB' | 'jobs/s';

/** What was promised of one program. */
export interface Wanted {
  readonly program: string;
  /** Of what: its own median; or, round by round, its share of another's or what it has more, in the unit. */
  readonly kind: 'value' | 'ratio' | 'difference';
  /** The other one, where it is not the subject's baseline. */
  readonly to?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One thing that several programs did by turns. */
export interface Row {
  readonly name: string;
  readonly unit: Unit;
  /** By program, one figure a round. A program that was not measured is not there. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  /** By program: what has to be known beside its figures. */
  readonly remarks?: Readonly<Record<string, string>>;
  readonly wanted?: readonly Wanted[];
  /** What came out wrong, however fast: the run fails. */
  readonly faults?: readonly string[];
  /** Where it stands on the x axis of pictures, by their names. */
  readonly points?: Readonly<Record<string, number>>;
}

/** A picture of rows: medians of all programs over something. */
export interface Picture {
  /** That of its file, too. */
  readonly name: string;
  readonly title: string;
  /** What the x axis shows, with its unit. */
  readonly xName: string;
  /** What the y axis shows, with its unit; its scale is logarithmic. */
  readonly yName: string;
}

/** What is known of a subject before it is measured. */
export interface Subject {
  /** What is compared, in one line. */
  readonly summary: string;
  /** How it is measured, a line each. */
  readonly notes: readonly string[];
  /** The program that the others are compared with. */
  readonly baseline: string;
  readonly pictures?: readonly Picture[];
}

/** One run of one subject, as it is kept: the page is made of nothing else. */
export interface Results extends Subject {
  readonly name: string;
  /** `quick`, `default` or `full`. */
  readonly effort: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly tookS: number;
  /** Load average of one minute, before anything was measured. */
  readonly load: number;
  readonly processors: number;
  /** Machine and versions, by what they are called. */
  readonly environment: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}
