import { MalformedMessageError } from './malformed-message-error.js';

/** No request of a sane client comes near it; bounds what a frame of tiny elements can make us allocate. */
const MAX_ARRAY_ELEMENTS = 4_000_000;

/**
 * Reads the protocol's primitive types (https://kafka.apache.org/protocol#protocol_types) from one frame.
 *
 * Every length and count is checked against the bytes that remain before anything is allocated for it.
 * `bytes` and `records` are views on the frame, not copies: whoever keeps a small one keeps its frame alive.
 */
export class Reader {
  private position: number;
  private end: number;
  private elementBudget = MAX_ARRAY_ELEMENTS;

  constructor(
    private readonly buffer: Buffer,
    offset = 0,
  ) {
    this.position = offset;
    this.end = buffer.length;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  get offset(): number {
    return this.position;
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1));
  }

  bool(): boolean {
    return this.buffer[this.take(1)] !== 0;
  }

  int16(): number {
    return this.buffer.readInt16BE(this.take(2));
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.take(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8));
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.take(8));
  }

  /** 22 characters of unpadded base64url, the form in which Kafka prints ids. */
  uuid(): string {
    const at = this.take(16);
    return this.buffer.toString('base64url', at, at + 16);
  }

  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.take(1)] ?? 0;
      if (shift === 28 && byte > 0x0f) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new MalformedMessageError(`a varint at byte ${this.position} is longer than 32 bits`);
  }

  string(flexible: boolean): string {
    const value = this.nullableString(flexible);
    if (value === null) throw this.unexpectedNull('string');
    return value;
  }

  nullableString(flexible: boolean): string | null {
    const length = flexible ? this.uvarint() - 1 : this.int16();
    if (length === -1) return null;
    const at = this.takeLength(length, 'string');
    return this.buffer.toString('utf8', at, at + length);
  }

  bytes(flexible: boolean): Buffer {
    const value = this.nullableBytes(flexible);
    if (value === null) throw this.unexpectedNull('byte sequence');
    return value;
  }

  nullableBytes(flexible: boolean): Buffer | null {
    const length = flexible ? this.uvarint() - 1 : this.int32();
    if (length === -1) return null;
    const at = this.takeLength(length, 'byte sequence');
    return this.buffer.subarray(at, at + length);
  }

  /** `minimumBytes`: what one element takes at least, so that a count can be held against the bytes that remain. */
  arrayLength(flexible: boolean, minimumBytes: number): number {
    const count = this.nullableArrayLength(flexible, minimumBytes);
    if (count === -1) throw this.unexpectedNull('array');
    return count;
  }

  /** -1 for null. */
  nullableArrayLength(flexible: boolean, minimumBytes: number): number {
    const count = flexible ? this.uvarint() - 1 : this.int32();
    if (count === -1) return -1;
    if (count < 0 || count * minimumBytes > this.remaining) {
      throw new MalformedMessageError(
        `an array at byte ${this.position} claims ${count} elements, ${this.remaining} bytes remain`,
      );
    }
    this.elementBudget -= count;
    if (this.elementBudget < 0) {
      throw new MalformedMessageError(`a message has more than ${MAX_ARRAY_ELEMENTS} array elements`);
    }
    return count;
  }

  /** Enters a tagged field: what is read until `leaveTaggedField` is confined to it. Returns what to leave with. */
  enterTaggedField(): number {
    const size = this.uvarint();
    if (size > this.remaining) {
      throw new MalformedMessageError(
        `a tagged field at byte ${this.position} claims ${size} bytes, ${this.remaining} remain`,
      );
    }
    const outerEnd = this.end;
    this.end = this.position + size;
    return outerEnd;
  }

  /** Skips what is left of the tagged field, which is how unknown tags are ignored. */
  leaveTaggedField(outerEnd: number): void {
    this.position = this.end;
    this.end = outerEnd;
  }

  /** Skips a whole section of tagged fields none of which is known. */
  skipTaggedFields(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.leaveTaggedField(this.enterTaggedField());
    }
  }

  private take(length: number): number {
    const at = this.position;
    if (at + length > this.end) {
      throw new MalformedMessageError(`the message ends at byte ${this.end} where ${length} more are needed`);
    }
    this.position = at + length;
    return at;
  }

  private takeLength(length: number, what: string): number {
    if (length < 0 || length > this.remaining) {
      throw new MalformedMessageError(
        `a ${what} at byte ${this.position} claims ${length} bytes, ${this.remaining} remain`,
      );
    }
    return this.take(length);
  }

  private unexpectedNull(what: string): MalformedMessageError {
    return new MalformedMessageError(`a ${what} before byte ${this.position} is null where that is not allowed`);
  }
}
