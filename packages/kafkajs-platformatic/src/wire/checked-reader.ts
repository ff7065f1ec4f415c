import { Reader } from './platformatic.js';

/** An unsigned varint of 32 bits is no longer. Bytes. */
const LONGEST_VARINT = 5;

/**
 * The library's reader for what a broker sent, which no broker has to mean well. The library believes lengths: a string of
 * length -2 takes it back to where it was, and an array of those never ends. Here a length is checked before it is used,
 * every element of an array takes a byte of the response at least, and the position only ever goes on. So reading ends, and
 * what it makes is bounded by what has arrived.
 *
 * Every method throws RangeError for bytes that are no response.
 */
export class CheckedReader extends Reader {
  static over(frame: Buffer): CheckedReader {
    return new CheckedReader(Reader.from(frame).buffer);
  }

  override skip(length: number): this {
    this.#check(length, 'a field');
    return super.skip(length);
  }

  override readUnsignedVarInt(): number {
    const start = this.position;
    if (start >= this.length) {
      throw this.#malformed('a number');
    }
    let value = 0;
    for (let i = 0; i < LONGEST_VARINT && start + i < this.length; i++) {
      const byte = this.buffer.get(start + i);
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) {
        this.position = start + i + 1;
        return value;
      }
    }
    throw this.#malformed('a number without an end');
  }

  override readNullableString(compact = true, encoding: BufferEncoding = 'utf-8'): string | null {
    const length = compact ? this.readUnsignedVarInt() - 1 : this.readInt16();
    if (length === -1) {
      return null;
    }
    this.#check(length, 'a string');
    const value = this.buffer.toString(encoding, this.position, this.position + length);
    this.position += length;
    return value;
  }

  override readNullableBytes(compact = true): Buffer | null {
    const length = compact ? this.readUnsignedVarInt() - 1 : this.readInt32();
    if (length === -1) {
      return null;
    }
    this.#check(length, 'a field');
    const value = this.buffer.slice(this.position, this.position + length);
    this.position += length;
    return value;
  }

  override readNullableArray<Element>(
    readElement: (reader: Reader, index: number) => Element,
    compact = true,
    discardTrailingTaggedFields = true,
  ): Element[] | null {
    const count = this.#count(compact);
    if (count === null) {
      return null;
    }
    const elements: Element[] = [];
    for (let index = 0; index < count; index++) {
      elements.push(this.#element(readElement, index, discardTrailingTaggedFields));
    }
    return elements;
  }

  override readNullableMap<Key, Value>(
    readEntry: (reader: Reader, index: number) => [Key, Value],
    compact = true,
    discardTrailingTaggedFields = true,
  ): Map<Key, Value> | null {
    const entries = this.readNullableArray(readEntry, compact, discardTrailingTaggedFields);
    return entries === null ? null : new Map(entries);
  }

  override readTaggedFields(): void {
    const count = this.readUnsignedVarInt();
    // A tag and a length each.
    if (count * 2 > this.remaining) {
      throw this.#malformed(`${count} tagged fields`);
    }
    for (let index = 0; index < count; index++) {
      this.readUnsignedVarInt();
      this.skip(this.readUnsignedVarInt());
    }
  }

  #element<Element>(
    read: (reader: Reader, index: number) => Element,
    index: number,
    discardTrailingTaggedFields: boolean,
  ): Element {
    const element = read(this, index);
    if (discardTrailingTaggedFields) {
      this.readTaggedFields();
    }
    return element;
  }

  #count(compact: boolean): number | null {
    const count = compact ? this.readUnsignedVarInt() - 1 : this.readInt32();
    if (count === -1) {
      return null;
    }
    if (count < 0 || count > this.remaining) {
      throw this.#malformed(`an array of ${count} elements`);
    }
    return count;
  }

  #check(length: number, what: string): void {
    if (length < 0 || length > this.remaining) {
      throw this.#malformed(`${what} of ${length} bytes`);
    }
  }

  #malformed(claim: string): RangeError {
    return new RangeError(`it claims ${claim} at byte ${this.position} of ${this.length}`);
  }
}
