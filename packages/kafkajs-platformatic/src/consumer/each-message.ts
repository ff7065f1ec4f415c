import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { EachMessagePayload, KafkaMessage } from './consumer-types.js';
import type { Interruption } from './interruption.js';

/** What `eachMessage` is called with. A class, so that `defer` and `signal` cost nothing where nobody uses them. */
export class EachMessage implements EachMessagePayload {
  /** What the message waits for after its handler has returned. */
  deferred: PromiseLike<unknown> | undefined;
  #returned = false;
  readonly #interruption: Interruption;

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly message: KafkaMessage,
    readonly attempt: number,
    readonly heartbeat: () => Promise<void>,
    readonly pause: () => () => void,
    interruption: Interruption,
  ) {
    this.#interruption = interruption;
  }

  get tenure(): object {
    return this.#interruption.tenure;
  }

  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  defer(done: PromiseLike<unknown>): void {
    if (this.#returned) {
      throw new KafkaJSNonRetriableError(
        `defer() came after eachMessage had returned for ${this.topic}[${this.partition}]: the offset may be committed already. ` +
          'Call it before the handler returns.',
      );
    }
    this.deferred = this.deferred === undefined ? done : Promise.all([this.deferred, done]);
  }

  /** The handler has returned: what it deferred by now is all. */
  returned(): PromiseLike<unknown> | undefined {
    this.#returned = true;
    return this.deferred;
  }
}
