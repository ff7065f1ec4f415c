import type { Opening } from './held-partitions.js';
import type { Membership } from './membership.js';
import { StallWatch, type VitalSign } from './stall-watch.js';
import type { Standstill } from './standstill.js';

export interface RunVitalsPorts {
  member(): Membership;
  opening(): Opening | null;
  /** The membership does not get anywhere by itself any more. */
  onStuck(error: Error): void;
}

/** Milliseconds. */
export interface Patience {
  /** Between two ends of attempts while the member is in a generation. */
  readonly stable: number;
  /** The same while it joins, and waits for the other members with that. */
  readonly joining: number;
}

/**
 * Watches over the membership of a run: what it needs beside the fetching, which watches over itself.
 *
 * - While the member is `joining`, `stable` or `draining`, an attempt ends at least every so often: a heartbeat, or a step
 *   of joining (topics known, JoinGroup answered, partitions dealt out, SyncGroup answered), or the failure of one.
 * - While offsets of assigned partitions are looked up, a lookup ends at least every so often.
 *
 * What is watched is that attempts end, not that they succeed: see StallWatch.
 */
export class RunVitals {
  readonly #ports: RunVitalsPorts;
  readonly #patience: Patience;
  readonly #watch: StallWatch;

  constructor(patience: Patience, ports: RunVitalsPorts) {
    this.#ports = ports;
    this.#patience = patience;
    this.#watch = new StallWatch(patience.stable, () => this.#signs());
  }

  start(): void {
    this.#watch.start();
  }

  stop(): void {
    this.#watch.stop();
  }

  /** Assigned partitions whose offsets have been looked up in vain for `longerThan` milliseconds. */
  standstills(longerThan: number): Standstill[] {
    const opening = this.#ports.opening();
    const silence = opening === null ? 0 : this.#watch.silenceOf(opening.partitions);
    if (opening === null || silence <= longerThan) {
      return [];
    }
    return opening.partitions.map(({ topic, partition }) => ({
      topic,
      partition,
      offset: null,
      silence,
      reason: opening.trouble,
    }));
  }

  *#signs(): Generator<VitalSign> {
    const member = this.#ports.member();
    const { state, attempts } = member;
    if (state === 'joining' || state === 'stable' || state === 'draining') {
      yield {
        key: member,
        pulse: attempts,
        patience: state === 'joining' ? this.#patience.joining : this.#patience.stable,
        onStall: silence => this.#ports.onStuck(stuck(`its membership (${state})`, silence)),
      };
    }
    const opening = this.#ports.opening();
    if (opening !== null) {
      yield {
        key: opening,
        pulse: opening.attempts,
        patience: this.#patience.stable,
        onStall: silence => {
          if (this.#ports.opening() === opening) {
            this.#ports.onStuck(stuck('the lookup of its committed offsets', silence));
          }
        },
      };
      // For `standstills` only: it ends with the opening itself.
      yield { key: opening.partitions, pulse: 0, patience: Number.POSITIVE_INFINITY, onStall: () => {} };
    }
  }
}

function stuck(what: string, silence: number): Error {
  return new Error(
    `The consumer is stuck: for ${Math.round(silence)} ms nothing has come of ${what}, neither an answer nor an error. ` +
      'It joins its group anew. See whether a partition assigner or another function of the application never settles; ' +
      'otherwise report this as a bug.',
  );
}
