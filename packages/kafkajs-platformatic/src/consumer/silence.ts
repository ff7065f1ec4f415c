/** Something that beats while all is well. */
export interface Beating {
  /** The same object for as long as it is the same thing. */
  readonly key: object;
  /** Another number after each beat. */
  readonly pulse: number;
}

interface Heard {
  pulse: number;
  silence: number;
}

/**
 * For how long things have not beaten, in time that was watched. Memory: one entry for each thing of the last look.
 *
 * Invariant: whoever is not named in a look, or has beaten since the one before, has been silent for 0 ms.
 */
export class Silence {
  #heard = new Map<object, Heard>();

  /** Looks at everything of which a beat is expected now. @param elapsed milliseconds since the look before */
  look(elapsed: number, beating: Iterable<Beating>): void {
    const heard = new Map<object, Heard>();
    for (const { key, pulse } of beating) {
      const before = this.#heard.get(key);
      const silence = before?.pulse === pulse ? before.silence + elapsed : 0;
      heard.set(key, { pulse, silence });
    }
    this.#heard = heard;
  }

  /** Milliseconds. */
  of(key: object): number {
    return this.#heard.get(key)?.silence ?? 0;
  }

  /** It begins anew. */
  forget(key: object): void {
    this.#heard.delete(key);
  }
}
