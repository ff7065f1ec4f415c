import { KafkaJSNonRetriableError } from '../../errors/kafkajs-error.js';
import type { Numbering } from '../numbering.js';
import type { ProducerIdentity } from '../producer-identity.js';
import type { SendPath } from '../send-path.js';
import { EnlistedParts } from './enlisted-parts.js';
import type { TransactionCoordinator } from './transaction-coordinator.js';
import { commitRefused, fencingError, isInvalidState } from './transaction-errors.js';
import type { TransactionOffsets } from './transaction-types.js';

/** Stands for one transaction; a handle with an old one is refused. */
export type TransactionTicket = object;

type State =
  | { readonly name: 'idle' | 'starting' | 'active' }
  | { readonly name: 'failed' | 'out of use'; readonly reason: Error }
  | { readonly name: 'ending'; readonly committed: boolean }
  /** The end was asked for, and nobody knows whether it took place. */
  | { readonly name: 'uncertain'; readonly committed: boolean; readonly reason: Error };

/** A producer id and epoch, and the way of the batches that are numbered under it. */
interface Era {
  readonly identity: ProducerIdentity;
  readonly path: SendPath;
}

/**
 * The transactions of one transactional id, one after the other.
 *
 * States: `idle` -> begin -> `starting` (takes the id, if it has none) -> `active` -> end -> `ending` -> `idle`.
 * `active` -> a send or offsets failed -> `failed` -> abort -> `ending` -> `idle`. `ending` -> no answer -> `uncertain` ->
 * the same end again -> `ending`. From anywhere, once the brokers refuse this producer: `out of use`, for good.
 *
 * Invariants:
 * - A partition or a group is enlisted with the coordinator before anything of the transaction goes there.
 * - The end is sent when every send has settled and no offsets are on their way; if nothing was enlisted, it is not sent.
 * - A transaction is committed only if everything in it was acknowledged.
 * - After a failure numbers of batches may be missing, so the next transaction has a new epoch, and numbers from 0.
 * - What is sent to the coordinators is sent one request after the other.
 */
export class TransactionManager {
  readonly #transactionalId: string;
  readonly #coordinator: TransactionCoordinator;
  readonly #createPath: (numbering: Numbering) => SendPath;
  #state: State = { name: 'idle' };
  #ticket: TransactionTicket | undefined;
  #era: Era | undefined;
  /** The next transaction needs another epoch. */
  #isEraSpent = false;
  #parts = new EnlistedParts();
  #queue: Promise<unknown> = Promise.resolve();
  /** Sends and offsets that were called and have not settled. */
  readonly #performing = new Set<Promise<unknown>>();
  /** The first failure in the open transaction. */
  #failure: Error | undefined;

  constructor(
    transactionalId: string,
    coordinator: TransactionCoordinator,
    createPath: (numbering: Numbering) => SendPath,
  ) {
    this.#transactionalId = transactionalId;
    this.#coordinator = coordinator;
    this.#createPath = createPath;
  }

  isCurrent(ticket: TransactionTicket): boolean {
    return this.#ticket === ticket && this.#state.name !== 'out of use';
  }

  async begin(): Promise<TransactionTicket> {
    if (this.#state.name === 'out of use') {
      throw this.#state.reason;
    }
    if (this.#state.name !== 'idle') {
      throw new KafkaJSNonRetriableError(
        'There is already an ongoing transaction for this producer. Please end the transaction before beginning another.',
      );
    }
    this.#state = { name: 'starting' };
    try {
      if (this.#era === undefined || this.#isEraSpent) {
        this.#era = this.#open(await this.#coordinator.identify(this.#era?.identity));
        this.#isEraSpent = false;
      }
    } catch (error) {
      this.#state = { name: 'idle' };
      throw this.#judge(error);
    }
    this.#parts = new EnlistedParts();
    this.#ticket = {};
    this.#state = { name: 'active' };
    return this.#ticket;
  }

  /** Does something within the transaction; a failure of it is a failure of the transaction. */
  async perform<Result>(ticket: TransactionTicket, action: (path: SendPath) => Promise<Result>): Promise<Result> {
    const { path } = this.#assertOpen(ticket);
    const performing = (async () => action(path))();
    this.#performing.add(performing);
    try {
      return await performing;
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#performing.delete(performing);
    }
  }

  /** To be called within `perform`. */
  sendOffsets(offsets: TransactionOffsets): Promise<void> {
    return this.#inOrder(async ({ identity }) => {
      if (!this.#parts.hasGroup(offsets.consumerGroupId)) {
        this.#parts.isTouched = true;
        await this.#coordinator.addGroup(identity, offsets.consumerGroupId);
        this.#parts.addGroup(offsets.consumerGroupId);
      }
      await this.#coordinator.commitOffsets(identity, offsets);
    });
  }

  async end(ticket: TransactionTicket, committed: boolean): Promise<void> {
    this.#assertEndable(ticket, committed);
    const era = this.#era as Era;
    this.#state = { name: 'ending', committed };
    await era.path.drain();
    await Promise.allSettled(this.#performing);
    const failure = this.#failure;
    if (committed && failure !== undefined) {
      this.#state = { name: 'failed', reason: failure };
      throw commitRefused(this.#transactionalId, failure);
    }
    try {
      await this.#finish(era, committed);
    } catch (error) {
      const judged = this.#judge(error);
      if (this.#state.name === 'ending') {
        this.#state = { name: 'uncertain', committed, reason: judged };
      }
      throw judged;
    }
    this.#isEraSpent = failure !== undefined;
    this.#failure = undefined;
    this.#ticket = undefined;
    this.#state = { name: 'idle' };
  }

  /** Aborts what is open; for a producer that disconnects. */
  async abandon(): Promise<void> {
    const { name } = this.#state;
    if (this.#ticket !== undefined && (name === 'active' || name === 'failed')) {
      await this.end(this.#ticket, false);
    }
  }

  /** Fails whatever has not settled; nothing begins any more. */
  close(reason: Error): void {
    this.#era?.path.close(reason);
    this.#state = { name: 'out of use', reason };
  }

  async #finish({ identity }: Era, committed: boolean): Promise<void> {
    if (!this.#parts.isTouched) {
      return;
    }
    try {
      await this.#coordinator.end(identity, committed);
    } catch (error) {
      // An enlistment that failed may not have reached the coordinator: then there is nothing to abort there.
      if (committed || !this.#parts.isEmpty || !isInvalidState(error)) {
        throw error;
      }
    }
  }

  #open(identity: ProducerIdentity): Era {
    const path = this.#createPath({
      get: async () => identity,
      renew: () => {},
      transaction: {
        transactionalId: this.#transactionalId,
        enlist: partitions => this.#inOrder(era => this.#enlist(era, partitions)),
      },
    });
    return { identity, path };
  }

  async #enlist(
    { identity }: Era,
    partitions: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<void> {
    const missing = this.#parts.missing(partitions);
    if (missing.size > 0) {
      this.#parts.isTouched = true;
      await this.#coordinator.addPartitions(identity, missing);
      this.#parts.addPartitions(missing);
    }
  }

  /** One after the other, so that no two requests find the same part missing. After a failure nothing more is sent. */
  #inOrder(step: (era: Era) => Promise<void>): Promise<void> {
    const done = this.#queue.then(async () => {
      if (this.#failure !== undefined) {
        throw this.#failure;
      }
      try {
        await step(this.#era as Era);
      } catch (error) {
        throw this.#fail(error);
      }
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  #fail(error: unknown): Error {
    const judged = this.#judge(error);
    this.#failure ??= judged;
    if (this.#state.name === 'active') {
      this.#state = { name: 'failed', reason: judged };
    }
    return judged;
  }

  /** The error as the application gets it; an error of the brokers that ends this producer does so. */
  #judge(error: unknown): Error {
    const fencing = fencingError(this.#transactionalId, error);
    if (fencing !== undefined) {
      this.#state = { name: 'out of use', reason: fencing };
      this.#failure = fencing;
      return fencing;
    }
    return error instanceof Error ? error : new Error(String(error));
  }

  #assertOpen(ticket: TransactionTicket): Era {
    if (this.#state.name === 'out of use') {
      throw this.#state.reason;
    }
    if (this.#ticket !== ticket || this.#era === undefined) {
      throw new KafkaJSNonRetriableError('Cannot continue to use transaction once ended');
    }
    if (this.#state.name === 'failed') {
      throw new KafkaJSNonRetriableError(
        `The transaction of "${this.#transactionalId}" takes no more, something in it failed: ` +
          `${this.#state.reason.message}. Call abort(), then repeat the whole transaction.`,
        { cause: this.#state.reason },
      );
    }
    if (this.#state.name !== 'active') {
      throw new KafkaJSNonRetriableError('Cannot continue to use a transaction that is being ended');
    }
    return this.#era;
  }

  #assertEndable(ticket: TransactionTicket, committed: boolean): void {
    const state = this.#state;
    if (state.name === 'failed' && this.#ticket === ticket) {
      return;
    }
    if (state.name === 'uncertain' && this.#ticket === ticket) {
      if (state.committed !== committed) {
        const asked = state.committed ? 'commit' : 'abort';
        throw new KafkaJSNonRetriableError(
          `The ${asked} of this transaction was sent and not answered (${state.reason.message}): call ${asked}() again`,
          { cause: state.reason },
        );
      }
      return;
    }
    this.#assertOpen(ticket);
  }
}
