/** Larger ones are rare, and are left to the garbage collector. */
export const LARGEST_POOLED_BYTES = 1024 * 1024;
/** What a server holds for frames to come, at most this many times the above. */
const MAX_BLOCKS = 8;
/** Blocks of nearly one size would otherwise replace each other all the time. */
const ROUNDING_BYTES = 64 * 1024;

/**
 * Memory for the frames of all connections of a server that came in several chunks. A block that was given back is warm:
 * a fresh one of some hundred KiB costs a page fault for every 4 KiB, which was a third of the CPU time of a produce.
 */
export class FrameBlocks {
  private readonly free: Buffer[] = [];

  /** A block of at least `bytes`, with anything in it. */
  take(bytes: number): Buffer {
    const index = this.free.findLastIndex(block => block.length >= bytes);
    if (index !== -1) return this.free.splice(index, 1)[0]!;
    if (bytes > LARGEST_POOLED_BYTES) return Buffer.allocUnsafeSlow(bytes);
    return Buffer.allocUnsafeSlow(Math.ceil(bytes / ROUNDING_BYTES) * ROUNDING_BYTES);
  }

  /** Nobody may look at it any more. */
  giveBack(block: Buffer): void {
    if (block.length <= LARGEST_POOLED_BYTES && this.free.length < MAX_BLOCKS) this.free.push(block);
  }
}
