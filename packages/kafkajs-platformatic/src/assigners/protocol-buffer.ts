/** Writes the fixed-width, non-flexible encoding that the embedded consumer protocol uses. */
export class ProtocolWriter {
  readonly #chunks: Buffer[] = [];

  int16(value: number): this {
    const chunk = Buffer.allocUnsafe(2);
    chunk.writeInt16BE(value);
    this.#chunks.push(chunk);
    return this;
  }

  int32(value: number): this {
    const chunk = Buffer.allocUnsafe(4);
    chunk.writeInt32BE(value);
    this.#chunks.push(chunk);
    return this;
  }

  string(value: string): this {
    const bytes = Buffer.from(value, 'utf8');
    this.int16(bytes.length).#chunks.push(bytes);
    return this;
  }

  bytes(value: Buffer | null): this {
    if (value === null) {
      return this.int32(-1);
    }
    this.int32(value.length).#chunks.push(value);
    return this;
  }

  array<T>(values: readonly T[], write: (writer: this, value: T) => void): this {
    this.int32(values.length);
    for (const value of values) {
      write(this, value);
    }
    return this;
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/**
 * Reads what {@link ProtocolWriter} writes. The bytes come from other members of the group, so every
 * length is checked against what is left before it is believed.
 */
export class ProtocolReader {
  readonly #buffer: Buffer;
  readonly #subject: string;
  #position = 0;

  constructor(buffer: Buffer, subject: string) {
    this.#buffer = buffer;
    this.#subject = subject;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#buffer.length;
  }

  int16(): number {
    this.#require(2);
    const value = this.#buffer.readInt16BE(this.#position);
    this.#position += 2;
    return value;
  }

  int32(): number {
    this.#require(4);
    const value = this.#buffer.readInt32BE(this.#position);
    this.#position += 4;
    return value;
  }

  string(): string {
    return this.#take(this.int16()).toString('utf8');
  }

  /** A missing field (older encoders leave user data out) reads as `null`, as an explicit null does. */
  nullableBytes(): Buffer | null {
    if (this.isAtEnd) {
      return null;
    }
    const length = this.int32();
    return length === -1 ? null : this.#take(length);
  }

  array<T>(read: (reader: this) => T): T[] {
    const length = this.int32();
    if (length === -1) {
      return [];
    }
    // The smallest element of this protocol has two bytes, so a larger count is a lie.
    if (length < 0 || length * 2 > this.#buffer.length - this.#position) {
      throw this.#malformed(`an array of ${length} elements`);
    }
    const values: T[] = [];
    for (let i = 0; i < length; i++) {
      values.push(read(this));
    }
    return values;
  }

  #take(length: number): Buffer {
    if (length < 0) {
      throw this.#malformed(`a length of ${length}`);
    }
    this.#require(length);
    const bytes = this.#buffer.subarray(this.#position, this.#position + length);
    this.#position += length;
    return bytes;
  }

  #require(length: number): void {
    if (this.#position + length > this.#buffer.length) {
      throw this.#malformed(`${length} more bytes`);
    }
  }

  #malformed(claim: string): RangeError {
    return new RangeError(
      `Malformed ${this.#subject}: ${claim} announced at byte ${this.#position} of ${this.#buffer.length}. ` +
        'Check that every member of the group encodes it with AssignerProtocol.',
    );
  }
}
