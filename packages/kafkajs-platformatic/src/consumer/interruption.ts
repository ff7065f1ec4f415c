import { setMaxListeners } from 'node:events';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';

/**
 * Tells handlers of a partition that what they wait for is not worth waiting for any more. Costs nothing until somebody
 * asks for the signal.
 *
 * Invariants: aborted at most once, and then for good; a signal that is asked for later is aborted, too.
 */
export class Interruption {
  #controller: AbortController | undefined;
  #reason: string | undefined;

  /** @param tenure see `EachMessagePayload.tenure` */
  constructor(readonly tenure: object) {}

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      // One signal for all messages of the partition.
      setMaxListeners(0, this.#controller.signal);
      this.#tell();
    }
    return this.#controller.signal;
  }

  /** Somebody listened, and has been told: a rejection may be no more than the answer to that. */
  get isHeard(): boolean {
    return this.#controller?.signal.aborted === true;
  }

  abort(reason: string): void {
    this.#reason ??= reason;
    this.#tell();
  }

  #tell(): void {
    if (this.#reason !== undefined && this.#controller?.signal.aborted === false) {
      this.#controller.abort(new KafkaJSNonRetriableError(this.#reason));
    }
  }
}
