const LENGTH = 4;

/** Cuts a stream of Kafka's frames (a length of four bytes, then so many bytes) into frames, whole ones only. */
export class FrameSplitter {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: Buffer[] = [];
    while (this.rest.length >= LENGTH) {
      const size = LENGTH + this.rest.readInt32BE();
      if (this.rest.length < size) {
        break;
      }
      frames.push(this.rest.subarray(0, size));
      this.rest = this.rest.subarray(size);
    }
    return frames;
  }
}
