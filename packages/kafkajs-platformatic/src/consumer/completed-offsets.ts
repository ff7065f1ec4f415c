/** Offsets from `from`, up to and without `to`. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/** `offset.metadata.max.bytes` of a broker, if nobody has changed it. */
const MAX_LENGTH = 4096;
const PREFIX = 'kafkajs-platformatic:1';
const RUNS = `${PREFIX}r:`;
const BITS = `${PREFIX}b:`;
/** What fits behind a prefix as base64. */
const MAX_BYTES = Math.floor((MAX_LENGTH - RUNS.length) / 4) * 3;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * What has been handled beyond a committed offset, as the metadata of that commit: so that whoever holds the partition
 * next does not handle it again. Ranges are given from the committed offset on (0), in order.
 *
 * The form is `kafkajs-platformatic:1r:` and base64 of varints (not handled, handled, not handled, ... messages), or
 * `kafkajs-platformatic:1b:` and base64 of one bit an offset, whichever is shorter. A partition that has more than fits
 * into a broker's limit is told of as far as it does: the rest is handled again.
 *
 * @returns null if there is nothing to tell
 */
export function encodeCompleted(ranges: readonly OffsetRange[]): string | null {
  if (ranges.length === 0) {
    return null;
  }
  const runs = asRuns(ranges);
  const fitting = clip(ranges, MAX_BYTES * 8);
  const end = fitting.at(-1)?.to ?? 0;
  if (end > runs.covered || (end === runs.covered && Math.ceil(end / 8) < runs.bytes.length)) {
    return BITS + asBits(fitting, end).toString('base64');
  }
  return RUNS + Buffer.from(runs.bytes).toString('base64');
}

/** Whether metadata is of this form, be it readable or not. */
export function isCompleted(metadata: string | null): boolean {
  return metadata?.startsWith(PREFIX) === true;
}

/** @returns an empty array for metadata that is somebody else's, or damaged: then everything is handled again. */
export function decodeCompleted(metadata: string | null): OffsetRange[] {
  if (metadata === null || metadata.length > MAX_LENGTH || !isCompleted(metadata)) {
    return [];
  }
  const body = metadata.slice(RUNS.length);
  if (!BASE64.test(body)) {
    return [];
  }
  const bytes = Buffer.from(body, 'base64');
  if (metadata.startsWith(RUNS)) {
    return fromRuns(bytes);
  }
  return metadata.startsWith(BITS) ? fromBits(bytes) : [];
}

function asRuns(ranges: readonly OffsetRange[]): { bytes: number[]; covered: number } {
  const bytes: number[] = [];
  let covered = 0;
  for (const { from, to } of ranges) {
    const before = bytes.length;
    pushVarint(bytes, from - covered);
    pushVarint(bytes, to - from);
    if (bytes.length > MAX_BYTES) {
      bytes.length = before;
      return { bytes, covered };
    }
    covered = to;
  }
  return { bytes, covered };
}

function asBits(ranges: readonly OffsetRange[], end: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(end / 8));
  for (const { from, to } of ranges) {
    for (let at = from; at < to; at++) {
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  return bytes;
}

function clip(ranges: readonly OffsetRange[], end: number): OffsetRange[] {
  return ranges.filter(({ from }) => from < end).map(({ from, to }) => ({ from, to: Math.min(to, end) }));
}

function fromRuns(bytes: Buffer): OffsetRange[] {
  const ranges: OffsetRange[] = [];
  let position = 0;
  let covered = 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; position < bytes.length; factor *= 128) {
      const byte = bytes[position++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        return value;
      }
    }
    return Number.NaN;
  };
  while (position < bytes.length) {
    const from = covered + next();
    const to = from + next();
    if (!(to > from) || !Number.isSafeInteger(to)) {
      return [];
    }
    ranges.push({ from, to });
    covered = to;
  }
  return ranges;
}

function fromBits(bytes: Buffer): OffsetRange[] {
  const ranges: OffsetRange[] = [];
  let from = -1;
  for (let at = 0; at <= bytes.length * 8; at++) {
    const isSet = ((bytes[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
    if (isSet && from < 0) {
      from = at;
    } else if (!isSet && from >= 0) {
      ranges.push({ from, to: at });
      from = -1;
    }
  }
  return ranges;
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
