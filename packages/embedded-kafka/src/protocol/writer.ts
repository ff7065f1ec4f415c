/** Record batches from here on are handed to the socket as they are, smaller ones are copied: a gather list has its price too. */
const GATHER_FROM_BYTES = 2048;

/** Records as written: one run of bytes, or several that belong together. */
export type RecordsInit = Buffer | readonly Buffer[];

/**
 * Writes the protocol's primitive types into a gather list: fixed parts go into growing chunks of its own, large
 * record batches are referenced, not copied.
 */
export class Writer {
  private chunk: Buffer;
  private chunkStart = 0;
  private position = 0;
  private readonly parts: Buffer[] = [];
  private partsLength = 0;

  constructor(initialBytes = 512) {
    this.chunk = Buffer.allocUnsafe(initialBytes);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.partsLength + this.position - this.chunkStart;
  }

  /** The parts in order. The writer must not be used afterwards. */
  finish(): Buffer[] {
    this.flushChunk();
    return this.parts;
  }

  int8(value: number): void {
    const at = this.reserve(1);
    this.position = this.chunk.writeInt8(value, at);
  }

  bool(value: boolean): void {
    this.int8(value ? 1 : 0);
  }

  int16(value: number): void {
    const at = this.reserve(2);
    this.position = this.chunk.writeInt16BE(value, at);
  }

  uint16(value: number): void {
    const at = this.reserve(2);
    this.position = this.chunk.writeUInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.reserve(4);
    this.position = this.chunk.writeInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.reserve(8);
    this.position = this.chunk.writeBigInt64BE(value, at);
  }

  float64(value: number): void {
    const at = this.reserve(8);
    this.position = this.chunk.writeDoubleBE(value, at);
  }

  uuid(value: string): void {
    const at = this.reserve(16);
    const written = this.chunk.write(value, at, 16, 'base64url');
    if (written !== 16) throw new TypeError(`"${value}" is not a uuid: 22 characters of base64url are expected`);
    this.position = at + 16;
  }

  uvarint(value: number): void {
    let at = this.reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.chunk[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.chunk[at++] = rest;
    this.position = at;
  }

  string(value: string, flexible: boolean): void {
    const length = Buffer.byteLength(value);
    if (flexible) this.uvarint(length + 1);
    else this.int16(length);
    const at = this.reserve(length);
    this.position = at + this.chunk.write(value, at, length, 'utf8');
  }

  nullableString(value: string | null, flexible: boolean): void {
    if (value !== null) this.string(value, flexible);
    else if (flexible) this.uvarint(0);
    else this.int16(-1);
  }

  bytes(value: RecordsInit, flexible: boolean): void {
    if (Buffer.isBuffer(value)) {
      this.bytesLength(value.length, flexible);
      this.raw(value);
      return;
    }
    let length = 0;
    for (const part of value as readonly Buffer[]) length += part.length;
    this.bytesLength(length, flexible);
    for (const part of value as readonly Buffer[]) this.raw(part);
  }

  nullableBytes(value: RecordsInit | null, flexible: boolean): void {
    if (value !== null) this.bytes(value, flexible);
    else if (flexible) this.uvarint(0);
    else this.int32(-1);
  }

  /** -1 for a null array. */
  arrayLength(count: number, flexible: boolean): void {
    if (flexible) this.uvarint(count + 1);
    else this.int32(count);
  }

  /** Appends a tagged field that was written to a writer of its own. */
  taggedField(tag: number, field: Writer): void {
    this.uvarint(tag);
    this.uvarint(field.length);
    for (const part of field.finish()) this.raw(part);
  }

  raw(value: Buffer): void {
    if (value.length < GATHER_FROM_BYTES) {
      const at = this.reserve(value.length);
      value.copy(this.chunk, at);
      this.position = at + value.length;
      return;
    }
    this.flushChunk();
    this.parts.push(value);
    this.partsLength += value.length;
  }

  private bytesLength(length: number, flexible: boolean): void {
    if (flexible) this.uvarint(length + 1);
    else this.int32(length);
  }

  private flushChunk(): void {
    if (this.position === this.chunkStart) return;
    const part = this.chunk.subarray(this.chunkStart, this.position);
    this.parts.push(part);
    this.partsLength += part.length;
    this.chunkStart = this.position;
  }

  private reserve(length: number): number {
    if (this.position + length > this.chunk.length) {
      this.flushChunk();
      this.chunk = Buffer.allocUnsafe(Math.max(length, Math.min(this.chunk.length * 2, 1 << 16)));
      this.chunkStart = 0;
      this.position = 0;
    }
    return this.position;
  }
}
