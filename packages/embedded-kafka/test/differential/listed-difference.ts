import type { Difference } from './differ.js';

/** A difference that was found, in its place. */
export interface FoundDifference extends Difference {
  /** Name of the conversation file, e.g. `01-fetch`. */
  readonly file: string;
  readonly conversation: string;
  readonly version: number;
}

/** Differences that are known. `*` in a text stands for anything. */
export interface ListedDifference {
  readonly file: string;
  readonly conversation: string;
  /** As the difference's `at`: `step: path of the field`. */
  readonly at: string;
  /** First and last version in which it is seen. Default: all. */
  readonly versions?: readonly [from: number, to: number];
  /** Only where the two answers are like this. */
  readonly when?: (kafka: Difference['kafka'], ours: Difference['ours']) => boolean;
  readonly reason: string;
}

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');

const fits = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 's').test(text);

const covers = (listed: ListedDifference, found: FoundDifference): boolean => {
  const [from, to] = listed.versions ?? [0, Infinity];
  return (
    fits(listed.file, found.file) &&
    fits(listed.conversation, found.conversation) &&
    found.version >= from &&
    found.version <= to &&
    fits(listed.at, found.at) &&
    (listed.when?.(found.kafka, found.ours) ?? true)
  );
};

/** Keeps the lists honest: every difference must be listed, and every entry must still be seen. */
export class DifferenceLists {
  private readonly unseen: Set<ListedDifference>;

  constructor(private readonly listed: readonly ListedDifference[]) {
    this.unseen = new Set(listed);
  }

  /** The differences that no entry covers. */
  unlisted(found: readonly FoundDifference[]): FoundDifference[] {
    return found.filter(difference => {
      const entries = this.listed.filter(entry => covers(entry, difference));
      for (const entry of entries) this.unseen.delete(entry);
      return entries.length === 0;
    });
  }

  /** The entries that covered nothing: differences that are no more. */
  get stale(): string[] {
    return [...this.unseen].map(({ file, conversation, at, reason }) => `${file}, ${conversation}, ${at} (${reason})`);
  }
}
