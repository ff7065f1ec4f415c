/**
 * Zigzag variable-length integers of Kafka's records (https://kafka.apache.org/protocol#protocol_types). Numbers stay
 * JavaScript numbers: lengths and deltas that do not fit 53 bits do not occur in a log that a broker accepted.
 */

/** Bytes that `writeVarint` needs for `value`. */
export function varintSize(value: number): number {
  if (value >= -64 && value < 64) {
    return 1;
  }
  if (value >= -8192 && value < 8192) {
    return 2;
  }
  let rest = zigzag(value);
  let size = 1;
  while (rest >= 128) {
    rest = Math.floor(rest / 128);
    size += 1;
  }
  return size;
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

/** Writes `value` at `position` and returns the position behind it. */
export function writeVarint(buffer: Buffer, position: number, value: number): number {
  let rest = zigzag(value);
  let at = position;
  while (rest >= 128) {
    buffer[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  buffer[at++] = rest;
  return at;
}

const MAX_VARINT_BYTES = 10;

/** Reads one record's fields in order; every length is checked against the bytes that are there. */
export class RecordReader {
  readonly #buffer: Buffer;
  #position: number;
  readonly #end: number;

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.#buffer = buffer;
    this.#position = position;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.#position;
  }

  get position(): number {
    return this.#position;
  }

  skipTo(position: number): void {
    this.#position = position;
  }

  /** @throws RangeError if the bytes end first. */
  readByte(): number {
    if (this.#position >= this.#end) {
      throw new RangeError('record ends early');
    }
    return this.#buffer[this.#position++] as number;
  }

  /** @throws RangeError if the bytes end first or the number does not fit 53 bits. */
  readVarint(): number {
    let byte = this.readByte();
    if (byte < 128) {
      return (byte >>> 1) ^ -(byte & 1);
    }
    let value = byte & 127;
    let scale = 128;
    for (let i = 1; i < MAX_VARINT_BYTES; i++) {
      byte = this.readByte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        const decoded = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
        if (!Number.isSafeInteger(decoded)) {
          throw new RangeError('number in record is too large');
        }
        return decoded;
      }
      scale *= 128;
    }
    throw new RangeError('number in record is too long');
  }

  /** A view of the next bytes, preceded by their length; null for length -1. */
  readBytes(): Buffer | null {
    const length = this.readVarint();
    if (length === -1) {
      return null;
    }
    if (length < 0 || length > this.remaining) {
      throw new RangeError(`field of ${length} bytes in ${this.remaining} remaining`);
    }
    const start = this.#position;
    this.#position += length;
    return this.#buffer.subarray(start, start + length);
  }

  readString(): string {
    const length = this.readVarint();
    if (length < 0 || length > this.remaining) {
      throw new RangeError(`string of ${length} bytes in ${this.remaining} remaining`);
    }
    const start = this.#position;
    this.#position += length;
    return this.#buffer.toString('utf8', start, this.#position);
  }
}
