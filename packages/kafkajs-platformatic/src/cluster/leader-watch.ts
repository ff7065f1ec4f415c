export interface LeaderWatchPorts {
  /** Asks the cluster for the topics' metadata, once. */
  refresh(topics: readonly string[]): Promise<unknown>;
  /** As last known. */
  leaderOf(topic: string, partition: number): number | undefined;
}

interface Watched {
  readonly topic: string;
  readonly partition: number;
  readonly from: number | undefined;
  readonly onMoved: () => void;
}

/** Milliseconds between two questions. A broker that died is noticed only after seconds; this is what is added to them. */
const EVERY = 250;

/**
 * Looks for new leaders of partitions while somebody waits for one. A backoff alone does not know when a leader is back:
 * it grows, and by the time that a cluster has elected one (after some seconds, mostly) its next attempt is seconds away.
 *
 *     resting ──somebody watches──▶ asking, again and again ──nobody watches any more──▶ resting
 *
 * Invariants: one question at a time, for all who watch; each `onMoved` is called once at most, and not after it was
 * stopped.
 */
export class LeaderWatch {
  readonly #ports: LeaderWatchPorts;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(ports: LeaderWatchPorts) {
    this.#ports = ports;
  }

  /** Calls `onMoved` once metadata names a leader other than `from`. @returns what stops it */
  watch(topic: string, partition: number, from: number | undefined, onMoved: () => void): () => void {
    const watched = { topic, partition, from, onMoved };
    this.#watched.add(watched);
    this.#schedule();
    return () => {
      this.#watched.delete(watched);
      this.#restIfAlone();
    };
  }

  clear(): void {
    this.#watched.clear();
    this.#restIfAlone();
  }

  #schedule(): void {
    if (this.#timer === undefined && !this.#isAsking) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#ask();
      }, EVERY);
      this.#timer.unref();
    }
  }

  #restIfAlone(): void {
    if (this.#watched.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    const topics = [...new Set([...this.#watched].map(({ topic }) => topic))];
    // One that is missing must not hide the others. A question that fails is asked again; who waits has a backoff beside
    // this, and tells what is wrong.
    await Promise.allSettled(topics.map(topic => this.#ports.refresh([topic])));
    this.#isAsking = false;
    for (const watched of this.#watched) {
      const leader = this.#ports.leaderOf(watched.topic, watched.partition);
      if (leader !== undefined && leader !== watched.from) {
        this.#watched.delete(watched);
        watched.onMoved();
      }
    }
    if (this.#watched.size > 0) {
      this.#schedule();
    }
  }
}
