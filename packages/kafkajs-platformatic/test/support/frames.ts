/** Cuts a stream of bytes into Kafka's frames: a length of four bytes, then that many. */
export class FrameSplitter {
  #buffer = Buffer.alloc(0);

  /** The complete frames that `chunk` finishes, each with its length. */
  push(chunk: Buffer): Buffer[] {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    const frames: Buffer[] = [];
    while (this.#buffer.length >= 4) {
      const end = 4 + this.#buffer.readInt32BE(0);
      if (this.#buffer.length < end) {
        break;
      }
      frames.push(this.#buffer.subarray(0, end));
      this.#buffer = this.#buffer.subarray(end);
    }
    return frames;
  }
}

export interface RequestHead {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
}

export function requestHead(frame: Buffer): RequestHead {
  return {
    apiKey: frame.readInt16BE(4),
    apiVersion: frame.readInt16BE(6),
    correlationId: frame.readInt32BE(8),
  };
}
