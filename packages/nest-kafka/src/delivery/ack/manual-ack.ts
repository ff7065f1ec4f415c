import type { EachMessagePayload } from '../../driver/kafka-types.js';

/** A handler called `context.nack()`: its message is to be delivered again. */
export class NegativeAcknowledgement extends Error {
  override readonly name = 'NegativeAcknowledgement';
  /** Milliseconds; the engine and the policy's retry go by it. Without one their own backoff counts. */
  declare readonly retryIn?: number;

  constructor(delay: number | undefined) {
    super(`The handler has refused the message${delay === undefined ? '' : `, to have it again in ${delay} ms`}`);
    if (delay !== undefined) {
      this.retryIn = delay;
    }
  }
}

/**
 * The acknowledgement of one delivery.
 *
 *     open ──ack──▶ done        open ──nack──▶ refused        open ──partition given up──▶ void
 *
 * Invariant: the first word counts, and no other.
 */
export class ManualAck {
  private readonly settled = Promise.withResolvers<void>();
  private isOpen = true;

  get done(): Promise<void> {
    return this.settled.promise;
  }

  /** @returns whether it counts */
  ack(): boolean {
    return this.decide(this.settled.resolve);
  }

  /** @returns whether it counts */
  nack(delay?: number): boolean {
    return this.decide(() => this.settled.reject(new NegativeAcknowledgement(delay)));
  }

  giveUp(reason: unknown): boolean {
    return this.decide(() => this.settled.reject(reason));
  }

  private decide(how: () => void): boolean {
    const counts = this.isOpen;
    this.isOpen = false;
    if (counts) {
      how();
    }
    return counts;
  }
}

const open = new WeakMap<EachMessagePayload, ManualAck>();

/** The acknowledgement of a delivery whose handler acknowledges by itself. */
export function manualAckOf(payload: EachMessagePayload): ManualAck | undefined {
  return open.get(payload);
}

/** Begins a delivery that its handler acknowledges. */
export function beginManualAck(payload: EachMessagePayload): ManualAck {
  const acknowledgement = new ManualAck();
  open.set(payload, acknowledgement);
  return acknowledgement;
}
