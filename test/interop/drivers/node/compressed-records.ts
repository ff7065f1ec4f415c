import { createHash } from 'node:crypto';

export const RECORD_COUNT = 100;

export interface PlainRecord {
  readonly key: string;
  readonly value: Buffer | null;
  readonly header: string;
  readonly timestamp: number;
}

/**
 * The records that every driver compresses: text and noise in turn, more than 64 KiB in all, so that every format has
 * several blocks, some of which do not shrink; the last is a tombstone.
 */
export function compressedRecords(codec: string): PlainRecord[] {
  return Array.from({ length: RECORD_COUNT }, (_, index) => ({
    key: `key-${index}`,
    value: valueAt(index),
    header: `${codec} ✓`,
    timestamp: 1_700_000_000_000 + index,
  }));
}

function valueAt(index: number): Buffer | null {
  if (index === RECORD_COUNT - 1) return null;
  if (index % 2 === 0) return Buffer.from(`${index} grüße `.repeat(100));
  return Buffer.concat(Array.from({ length: 64 }, (_, part) => sha256(`${index}.${part}`)));
}

/** What a driver says of the records that it read: the same for the same records, whoever read them. */
export class RecordDigest {
  readonly #hash = createHash('sha256');
  count = 0;

  add({ key, value, header, timestamp }: PlainRecord): void {
    this.count += 1;
    const text = value === null ? 'null' : value.toString('hex');
    this.#hash.update(`${key}|${text}|${header}|${timestamp}\n`);
  }

  observation(): { count: number; digest: string } {
    return { count: this.count, digest: this.#hash.digest('hex') };
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
