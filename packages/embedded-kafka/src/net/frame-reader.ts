import { MalformedMessageError } from '../protocol/malformed-message-error.js';
import { FrameBlocks, LARGEST_POOLED_BYTES } from './frame-blocks.js';

const LENGTH_BYTES = 4;
/** API key, version and correlation id. */
const SMALLEST_FRAME = 8;
/** A frame up to this size gets its block at once; a larger one only as its bytes arrive. */
const TRUSTED_BYTES = LARGEST_POOLED_BYTES;

/**
 * Cuts a stream of chunks into frames (a 32-bit length, then as many bytes). Frames that lie within one chunk are views
 * on it; others are put together in a block, which is theirs until `release`.
 *
 * At most one frame is put together at a time, and its block never exceeds twice what has arrived by more than 1 MiB,
 * whatever the length claims.
 */
export class FrameReader {
  /** What has arrived and is not yet cut. */
  private chunk: Buffer | undefined;
  private position = 0;
  private readonly lengthBytes = Buffer.alloc(LENGTH_BYTES);
  private lengthFilled = 0;
  private block: Buffer | undefined;
  private blockFilled = 0;
  private frameSize = 0;
  /** The last frame, and the block that it is in, if it is in one. */
  private lastFrame: Buffer | undefined;
  private lastBlock: Buffer | undefined;

  /** `maxFrameBytes`: a longer one is refused. It may be changed, for frames whose length has not arrived. */
  constructor(
    public maxFrameBytes: number,
    private readonly blocks = new FrameBlocks(),
  ) {}

  /** Bytes that have arrived and are not yet part of a frame. */
  get bufferedBytes(): number {
    return this.chunk === undefined ? 0 : this.chunk.length - this.position;
  }

  /** Hands in the next chunk. */
  push(chunk: Buffer): void {
    this.chunk = this.chunk === undefined ? chunk : Buffer.concat([this.chunk.subarray(this.position), chunk]);
    this.position = 0;
  }

  /**
   * The next whole frame without its length, or undefined until more has arrived.
   * @throws MalformedMessageError if the length cannot be one
   */
  next(): Buffer | undefined {
    const { chunk } = this;
    if (chunk === undefined) return undefined;
    if (this.block === undefined) {
      if (!this.readLength(chunk)) return this.exhausted();
      const end = this.position + this.frameSize;
      if (end <= chunk.length) {
        const frame = chunk.subarray(this.position, end);
        this.advance(chunk, end);
        this.lengthFilled = 0;
        return frame;
      }
      this.block = this.blocks.take(Math.min(this.frameSize, TRUSTED_BYTES));
      this.blockFilled = 0;
    }
    return this.fillBlock(chunk);
  }

  /** To be called when nothing looks at the last frame's bytes any more; a frame that may be kept is just not released. */
  release(frame: Buffer): void {
    if (frame === this.lastFrame && this.lastBlock !== undefined) this.blocks.giveBack(this.lastBlock);
    this.lastFrame = undefined;
    this.lastBlock = undefined;
  }

  private readLength(chunk: Buffer): boolean {
    if (this.lengthFilled === LENGTH_BYTES) return true;
    const copied = chunk.copy(this.lengthBytes, this.lengthFilled, this.position);
    this.lengthFilled += copied;
    this.position += copied;
    if (this.lengthFilled < LENGTH_BYTES) return false;
    this.frameSize = this.lengthBytes.readInt32BE(0);
    if (this.frameSize < SMALLEST_FRAME || this.frameSize > this.maxFrameBytes) {
      throw new MalformedMessageError(
        `a frame claims ${this.frameSize} bytes; ${SMALLEST_FRAME} to ${this.maxFrameBytes} are allowed`,
      );
    }
    return true;
  }

  private fillBlock(chunk: Buffer): Buffer | undefined {
    const wanted = Math.min(this.frameSize - this.blockFilled, chunk.length - this.position);
    const block = this.roomFor(this.blockFilled + wanted);
    chunk.copy(block, this.blockFilled, this.position, this.position + wanted);
    this.blockFilled += wanted;
    this.advance(chunk, this.position + wanted);
    if (this.blockFilled < this.frameSize) return undefined;
    this.block = undefined;
    this.lengthFilled = 0;
    this.lastBlock = block;
    this.lastFrame = block.subarray(0, this.frameSize);
    return this.lastFrame;
  }

  private roomFor(bytes: number): Buffer {
    const block = this.block ?? Buffer.alloc(0);
    if (bytes <= block.length) return block;
    const larger = Buffer.allocUnsafeSlow(Math.min(this.frameSize, Math.max(bytes, block.length * 2)));
    block.copy(larger, 0, 0, this.blockFilled);
    this.block = larger;
    return larger;
  }

  private advance(chunk: Buffer, position: number): void {
    this.position = position;
    if (position === chunk.length) this.exhausted();
  }

  private exhausted(): undefined {
    this.chunk = undefined;
    this.position = 0;
    return undefined;
  }
}
