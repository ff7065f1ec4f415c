/** A partition of which nothing is read, although it is assigned and neither paused nor waiting for its handler. */
export interface Standstill {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read; `null` while that is not known. */
  readonly offset: string | null;
  /** Milliseconds since the last answer without an error. */
  readonly silence: number;
  /** The last error, or that there has not even been one. */
  readonly reason: string;
}

export const NOTHING_ENDED = 'no attempt to read it has ended';
