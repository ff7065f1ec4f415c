const LENGTH_SIZE = 4;
/** Far above what a broker sends for the largest fetch that anybody asks for. Bytes. */
const LONGEST_FRAME = 512 * 1024 * 1024;

/**
 * Cuts a stream into the frames of Kafka's protocol: a length of four bytes, then that many. Holds what has arrived and
 * never more; a frame that lies in one chunk is not copied.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  /**
   * Calls `onFrame` with each frame that `chunk` completes, without its length.
   * @throws RangeError for a length that no broker sends: the peer speaks something else
   */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= LENGTH_SIZE) {
      const length = this.#length();
      if (length < LENGTH_SIZE || length > LONGEST_FRAME) {
        throw new RangeError(`The peer announces a response of ${length} bytes: it does not speak Kafka's protocol`);
      }
      if (this.#size < LENGTH_SIZE + length) {
        return;
      }
      const joined = this.#join();
      this.#keep(joined.subarray(LENGTH_SIZE + length));
      onFrame(joined.subarray(LENGTH_SIZE, LENGTH_SIZE + length));
    }
  }

  #length(): number {
    const first = this.#chunks[0] as Buffer;
    return first.length >= LENGTH_SIZE ? first.readInt32BE(0) : this.#join().readInt32BE(0);
  }

  #join(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length > 1) {
      const joined = Buffer.concat(this.#chunks, this.#size);
      this.#chunks = [joined];
      return joined;
    }
    return first as Buffer;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
  }
}
