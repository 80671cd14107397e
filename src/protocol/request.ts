/** A job whose source the client has preprocessed: protocol 1, or 2 with LZO. */
export interface PlainRequest {
  readonly version: 1 | 2;
  /** The command line, the compiler's name first. */
  readonly args: readonly string[];
  /** The preprocessed source, never compressed here. */
  readonly source: Uint8Array;
}

/** One file or symbolic link of the client, by its absolute name there. Nobody has checked the name yet. */
export type RequestEntry =
  | { readonly kind: 'file'; readonly name: string; readonly content: Uint8Array }
  | { readonly kind: 'link'; readonly name: string; readonly target: string };

/** A job whose source the server preprocesses, with every file that takes. */
export interface PumpRequest {
  readonly version: 3;
  /** The client's working directory, absolute. */
  readonly cwd: string;
  /** The command line, the compiler's name first. */
  readonly args: readonly string[];
  readonly entries: readonly RequestEntry[];
}

/** What a client asks of a server: one compilation. */
export type CompileRequest = PlainRequest | PumpRequest;
