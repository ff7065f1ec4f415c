import type { Logger } from '../logger/logger.js';
import { pause } from './backoff.js';
import { rootOf } from './recoverable.js';

export interface SubscriptionWatchPorts {
  /** The topics subscribed to, RegExps expanded as of now. */
  topics(): Promise<string[]>;
  /** True if there is more to deal out than there was. */
  hasGrown(): Promise<boolean>;
  /** Topics or partitions have changed; the watch has ended. */
  onChanged(topics: readonly string[]): void;
  readonly logger: Logger;
}

/** Looks for new topics and new partitions every `metadataMaxAge`, for one generation at a time. */
export class SubscriptionWatch {
  readonly #metadataMaxAge: number;
  readonly #ports: SubscriptionWatchPorts;
  #ended: AbortController | null = null;

  constructor(metadataMaxAge: number, ports: SubscriptionWatchPorts) {
    this.#metadataMaxAge = metadataMaxAge;
    this.#ports = ports;
  }

  /** Begins anew, compared to `topics`. */
  start(topics: readonly string[]): void {
    this.stop();
    const ended = new AbortController();
    this.#ended = ended;
    void this.#run(topics.toSorted().join('\n'), ended.signal);
  }

  stop(): void {
    this.#ended?.abort();
  }

  async #run(before: string, signal: AbortSignal): Promise<void> {
    const { logger } = this.#ports;
    for (;;) {
      await pause(this.#metadataMaxAge, signal);
      if (signal.aborted) {
        return;
      }
      try {
        const topics = await this.#ports.topics();
        const changed = topics.toSorted().join('\n') !== before || (await this.#ports.hasGrown());
        if (changed && !signal.aborted) {
          logger.info('Topics or partitions of the subscription have changed');
          this.#ports.onChanged(topics);
          return;
        }
      } catch (error) {
        logger.debug(`Metadata could not be refreshed: ${rootOf(error).message}`);
      }
    }
  }
}
