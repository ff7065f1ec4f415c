import type { Logger } from '../logger/logger.js';
import { isKafkaJSError } from '../errors/kafkajs-error.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import type { AssignedPartition } from './assigned-partition.js';
import { backoffDelay } from './backoff.js';
import type { BatchProcessPayload } from './consumer-events.js';
import { decodeFrom, type Delivery, type Work } from './delivery.js';
import type { DeferredMessage } from './deferred-messages.js';
import type { DispatchGate } from './dispatch-gate.js';
import type { Interruption } from './interruption.js';
import { rootOf } from './recoverable.js';
import { retryInOf } from './retry-in.js';
import type { Semaphore } from './semaphore.js';

export interface HandlerFailure {
  readonly partition: AssignedPartition;
  readonly offset: string;
  readonly attempt: number;
  /** Milliseconds. */
  readonly retryTime: number;
  readonly error: Error;
}

export interface PartitionLoopPorts {
  readonly gate: DispatchGate;
  /** `null`: unbounded. */
  readonly semaphore: Semaphore | null;
  readonly delivery: Delivery;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  readonly observesBatches: () => boolean;
  onBatchStart(payload: BatchProcessPayload): void;
  onBatchEnd(payload: BatchProcessPayload & { duration: number }): void;
  /** The partition has room for another fetch. */
  onRoom(): void;
  /** Something may be committed. */
  onProgress(): void;
  /** Something that was deferred is done. */
  onHandled(): void;
  onFailure(failure: HandlerFailure): void;
}

/**
 * Hands the records of one partition to the application, in order, independently of every other partition.
 *
 *     waiting ──records, gate open, not paused──▶ delivering ──done──▶ waiting
 *        ▲                                           │
 *        └── holding (backoff) ◀── handler failed ───┘        revoked ─▶ ended
 *
 * What a handler deferred is out of its way: the loop goes on, over fetches, for as long as `partition.deferred` has room.
 *
 * Invariants
 * - At most one handler of the partition runs. A loop for the same partition begins when its predecessor has ended, and
 *   all that was deferred in it has settled.
 * - A message is never passed over: after a failure the same offset comes again, decoded anew. One whose handler threw
 *   comes when everything that was deferred before it is done; one that failed later, by what it had deferred, comes
 *   alone, before anything new.
 * - While holding or waiting, no permit is held and nothing counts as in flight: a failing partition delays nobody's
 *   rebalance and no other partition. What is deferred holds no permit, but is in flight until it has settled.
 */
export class PartitionLoop {
  readonly #partition: AssignedPartition;
  readonly #ports: PartitionLoopPorts;
  #work: Work | null = null;
  /** How often in a row what was fetched could not be decoded. */
  #undecoded = 0;
  #holdUntil = 0;
  #holdTimer: NodeJS.Timeout | undefined;
  /** A handler threw: everything deferred before it has to be done first. */
  #holdForDeferred = false;

  constructor(partition: AssignedPartition, ports: PartitionLoopPorts) {
    this.#partition = partition;
    this.#ports = ports;
    partition.deferred.attach({
      onBegin: () => ports.gate.enter(),
      onEnd: () => ports.gate.leave(),
      onHandled: () => ports.onHandled(),
      onFetchHandled: () => ports.onProgress(),
      onRejected: (message, error) => this.#rejected(message, error),
      onChanged: () => partition.changed.notify(),
    });
  }

  /** Resolves when the partition is revoked and its last handler has settled. @param predecessor the same partition's loop before */
  async run(predecessor?: Promise<void>): Promise<void> {
    const { gate, semaphore } = this.#ports;
    await predecessor;
    while (!this.#partition.revoked) {
      if (!this.#isReady()) {
        await this.#partition.changed.wait();
        continue;
      }
      const permit = semaphore?.acquire();
      if (permit !== undefined) {
        await permit;
      }
      if (this.#isReady()) {
        gate.enter();
        this.#partition.busy = true;
        try {
          await this.#step();
        } finally {
          this.#partition.busy = false;
          gate.leave();
          if (this.#partition.leaving) {
            this.#partition.changed.notify();
          }
        }
      }
      semaphore?.release();
    }
    clearTimeout(this.#holdTimer);
    await this.#partition.whenIdle();
  }

  #isReady(): boolean {
    const { mayDispatch, epoch, deferred } = this.#partition;
    if (this.#work !== null && this.#work.epoch !== epoch) {
      this.#work = null;
      this.#holdUntil = 0;
      this.#holdForDeferred = false;
    }
    return this.#ports.gate.isOpen && mayDispatch && (deferred.hasDue || this.#mayGoOn());
  }

  /** Something new, or what failed by itself, may be delivered. */
  #mayGoOn(): boolean {
    const { hasRecords, deferred } = this.#partition;
    if (this.#holdForDeferred && deferred.isSettled && !deferred.hasFailed) {
      this.#holdForDeferred = false;
    }
    return (
      !this.#holdForDeferred &&
      (this.#work === null ? hasRecords && deferred.hasRoomForFetch : deferred.hasRoom) &&
      performance.now() >= this.#holdUntil
    );
  }

  async #step(): Promise<void> {
    const partition = this.#partition;
    const { epoch, interruption } = partition;
    const again = partition.deferred.takeDue();
    if (again !== undefined) {
      await this.#ports.delivery.redeliver?.(partition, again);
      return;
    }
    try {
      const work = (this.#work ??= this.#take());
      if (work.batch.isEmpty()) {
        this.#finish(work);
        return;
      }
      const started = performance.now();
      const observed = this.#ports.observesBatches() ? describe(work) : null;
      if (observed !== null) {
        this.#ports.onBatchStart(observed);
      }
      const resolvedBefore = partition.offsets.resolved;
      const done = await this.#ports.delivery.deliver(partition, work);
      if (observed !== null) {
        this.#ports.onBatchEnd({ ...observed, duration: Math.round(performance.now() - started) });
      }
      if (partition.epoch !== work.epoch) {
        this.#work = null;
      } else if (done) {
        this.#finish(work);
      } else {
        this.#ports.onProgress();
        this.#redeliver(work, resolvedBefore);
      }
    } catch (error) {
      this.#fail(error, epoch, interruption);
    }
  }

  #take(): Work {
    const partition = this.#partition;
    const records = partition.take();
    if (records === null) {
      throw new Error(`No records of ${partition.topic}[${partition.partition}] to take. Report this as a bug.`);
    }
    this.#ports.onRoom();
    try {
      const batch = decodeFrom(partition, records);
      this.#undecoded = 0;
      return { records, epoch: partition.epoch, batch, cursor: 0, attempt: 1 };
    } catch (error) {
      // Fetched again: what is corrupt on the way may be whole in the log.
      partition.refetch(records.fetchOffset);
      throw error;
    }
  }

  #finish(work: Work): void {
    const { deferred, offsets } = this.#partition;
    if (!deferred.endFetch(work.records.nextOffset)) {
      offsets.resolve(work.records.nextOffset);
    }
    this.#work = null;
    this.#ports.onProgress();
  }

  /** An interrupted `eachMessage` goes on at its cursor; an `eachBatch` that resolved a part gets the rest. */
  #redeliver(work: Work, resolvedBefore: bigint | null): void {
    const { resolved } = this.#partition.offsets;
    if (work.cursor > 0) {
      return;
    }
    if (resolved !== null && resolved !== resolvedBefore) {
      work.batch = decodeFrom(this.#partition, work.records, resolved);
    } else if (this.#ports.gate.isOpen && this.#partition.mayDispatch) {
      // Returned without resolving anything: give it time rather than a busy loop.
      this.#hold(this.#ports.retry.initialRetryTime);
    }
  }

  #fail(cause: unknown, epoch: number, interruption: Interruption): void {
    const partition = this.#partition;
    const error = rootOf(cause);
    const work = this.#work;
    if (partition.revoked || (work !== null && partition.epoch !== epoch)) {
      this.#ports.logger.debug(`A handler failed after its partition had moved on: ${error.message}`);
      this.#work = null;
      return;
    }
    let offset = String(partition.position ?? -1);
    let attempt = ++this.#undecoded;
    if (work !== null) {
      const { resolved } = partition.offsets;
      attempt = work.attempt;
      offset = work.batch.messages[work.cursor]?.offset ?? offset;
      if (work.cursor === 0 && resolved !== null && resolved > BigInt(offset)) {
        // A batch that came further than last time begins to count anew.
        offset = String(resolved);
        attempt = 1;
      }
      work.batch = decodeFrom(partition, work.records, BigInt(offset));
      work.cursor = 0;
      work.attempt = attempt + 1;
    }
    this.#holdForDeferred = work !== null && !partition.deferred.isEmpty;
    this.#ports.onProgress();
    if (work !== null && interruption.isHeard) {
      work.attempt = attempt;
      this.#gaveUp(offset, error);
      return;
    }
    const retryTime = retryInOf(cause) ?? backoffDelay(this.#ports.retry, attempt);
    this.#hold(retryTime);
    this.#report(offset, attempt, retryTime, cause);
  }

  /** What a message had deferred has failed: it comes again, alone. */
  #rejected(message: DeferredMessage, cause: unknown): void {
    const { deferred } = this.#partition;
    const { offset, attempt } = message;
    if (message.interruption.isHeard) {
      deferred.retryIn(message, 0);
      this.#gaveUp(offset, rootOf(cause));
      return;
    }
    const retryTime = retryInOf(cause) ?? backoffDelay(this.#ports.retry, attempt);
    message.attempt = attempt + 1;
    deferred.retryIn(message, retryTime);
    this.#report(offset, attempt, retryTime, cause);
  }

  #gaveUp(offset: string, error: Error): void {
    const { topic, partition } = this.#partition;
    this.#ports.logger.debug(`Handling ${topic}[${partition}] at offset ${offset} was given up: ${error.message}`);
  }

  #report(offset: string, attempt: number, retryTime: number, cause: unknown): void {
    const partition = this.#partition;
    const { topic, partition: id } = partition;
    const error = rootOf(cause);
    const message = `Handling ${topic}[${id}] at offset ${offset} failed (attempt ${attempt}), it is delivered again in ${retryTime} ms: ${error.message}`;
    if (retryInOf(cause) !== undefined) {
      this.#ports.logger.debug(message);
    } else if (!isKafkaJSError(error)) {
      const { message: text, stack } = error;
      this.#ports.logger.error(message, { topic, partition: id, offset, error: text, stack });
    }
    this.#ports.onFailure({ partition, offset, attempt, retryTime, error });
  }

  #hold(milliseconds: number): void {
    this.#holdUntil = performance.now() + milliseconds;
    clearTimeout(this.#holdTimer);
    this.#holdTimer = setTimeout(() => {
      this.#holdUntil = 0;
      this.#partition.changed.notify();
    }, milliseconds);
  }
}

function describe({ batch }: Work): BatchProcessPayload {
  return {
    topic: batch.topic,
    partition: batch.partition,
    highWatermark: batch.highWatermark,
    offsetLag: batch.offsetLag(),
    offsetLagLow: batch.offsetLagLow(),
    batchSize: batch.messages.length,
    firstOffset: batch.firstOffset(),
    lastOffset: batch.lastOffset(),
  };
}
