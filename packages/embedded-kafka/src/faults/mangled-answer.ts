/** An answer that a fault lets go wrong on its way to the client. */
export class MangledAnswer {
  constructor(
    readonly response: unknown,
    /** `truncated`: half of its bytes, then the connection closes. `duplicated`: it is sent twice. */
    readonly how: 'truncated' | 'duplicated',
  ) {}

  /** What goes out of the frame that the answer is. */
  mangle(frame: readonly Buffer[]): Buffer[] {
    const bytes = Buffer.concat(frame);
    return this.how === 'duplicated' ? [bytes, bytes] : [bytes.subarray(0, Math.ceil(bytes.length / 2))];
  }
}
