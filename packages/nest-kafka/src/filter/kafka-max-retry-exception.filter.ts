import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import {
  BaseRpcExceptionFilter,
  type KafkaContext as NestKafkaContext,
  KafkaRetriableException,
} from '@nestjs/microservices';
import { messageOf } from '../errors/message-of.js';
import type { IncomingMessage } from '../incoming/incoming-message.js';
import { KafkaContext } from '../server/kafka-context.js';
import type { PartitionProgress } from '../server/partition-progress.js';
import {
  checkMaxRetryArguments,
  DEFAULT_CIRCUIT_RESET_TIMEOUT,
  type KafkaMaxRetryOptions,
} from './max-retry-options.js';
import { RetryCircuit } from './retry-circuit.js';

/** Takes a message that is given up: to a dead letter topic, a table, a log. */
export type SkipHandler = (message: IncomingMessage) => Promise<void> | void;

interface PartitionState {
  readonly circuit: RetryCircuit;
  /** Which server tells this circuit of messages that were handled. */
  progress: PartitionProgress | undefined;
}

/**
 * Bounds how often a message is delivered: `@UseFilters(new KafkaMaxRetryExceptionFilter(5))` on a handler, on a
 * controller, or globally. It is the filter of the NestJS Kafka page, which here counts for each partition and message,
 * and closes its circuit when a message is handled.
 *
 * A message that has failed `maxRetries` times is given to `skipHandler`, its offset is committed, and its partition goes
 * on. From then on the partition's circuit is open: further failures are skipped without a retry, until a message is
 * handled or 30 seconds have passed.
 *
 * Of requests it bounds what is redelivered, `KafkaRetriableException`; in the end the caller gets it as an error. Other
 * errors of requests are answered as if there were no filter.
 *
 * Memory is bounded by the partitions that fail: one that handles a message is forgotten.
 */
@Catch()
export class KafkaMaxRetryExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(KafkaMaxRetryExceptionFilter.name);
  private readonly answering = new BaseRpcExceptionFilter();
  private readonly partitions = new Map<string, PartitionState>();
  private readonly resetTimeout: number;

  /**
   * @param maxRetries how many deliveries of a message may fail; the last of them skips it.
   * @param skipHandler awaited before a message is skipped, also while the circuit is open.
   * @throws InvalidOptionsError that lists everything wrong with the arguments.
   */
  constructor(
    private readonly maxRetries: number,
    private readonly skipHandler?: SkipHandler,
    private readonly options: KafkaMaxRetryOptions = {},
  ) {
    checkMaxRetryArguments(KafkaMaxRetryExceptionFilter.name, maxRetries, skipHandler, options);
    this.resetTimeout = options.circuitResetTimeout ?? DEFAULT_CIRCUIT_RESET_TIMEOUT;
  }

  /**
   * Rejects when the message is to be delivered again, resolves when it is given up. Never returns nothing: Nest takes a
   * filter that does for none at all, and a promise is something.
   */
  catch(exception: unknown, host: ArgumentsHost): unknown {
    const context = host.switchToRpc().getContext<NestKafkaContext>();
    const answered = context instanceof KafkaContext && context.isReplyExpected();
    if (answered && !(exception instanceof KafkaRetriableException)) {
      // oxlint-disable-next-line promise/valid-params -- this is a filter's catch(), not a promise's
      return this.answering.catch(exception, host);
    }
    return this.retryOrSkip(exception, context, answered);
  }

  private async retryOrSkip(exception: unknown, context: NestKafkaContext, answered: boolean): Promise<void> {
    const message = context.getMessage() as IncomingMessage;
    const place = `${context.getTopic()}[${context.getPartition()}] at offset ${message.offset}`;
    const circuit = this.circuitOf(context);
    const wasOpen = circuit.isOpen;
    if (circuit.failed(message.offset, performance.now()) === 'retry') {
      this.logger.log(`Failure ${circuit.failureCount} of ${this.maxRetries} for ${place}: ${messageOf(exception)}`);
      throw exception;
    }
    this.logger.warn(
      wasOpen && circuit.isOpen
        ? `Circuit open. Skipping ${place}: ${messageOf(exception)}`
        : `Skipping ${place} after ${circuit.failureCount} failures, circuit opens: ${messageOf(exception)}`,
    );
    await this.handOver(message, place, exception);
    circuit.skip(message.offset, performance.now());
    if (answered) {
      // The reply is the end of this message; the offset is committed when that is acknowledged.
      throw { status: 'error', message: messageOf(exception) };
    }
    await this.commit(context, message, place);
  }

  private async handOver(message: IncomingMessage, place: string, exception: unknown): Promise<void> {
    try {
      await this.skipHandler?.(message);
    } catch (error) {
      this.logger.error(`The skipHandler failed for ${place}: ${messageOf(error)}`);
      if (this.options.onSkipHandlerError !== 'skip') {
        throw exception;
      }
    }
  }

  /** Not being able to commit is no reason to handle the message again: a later commit of the partition covers it. */
  private async commit(context: NestKafkaContext, { offset }: IncomingMessage, place: string): Promise<void> {
    const topic = context.getTopic();
    const partition = context.getPartition();
    try {
      await context.getConsumer().commitOffsets([{ topic, partition, offset: String(BigInt(offset) + 1n) }]);
    } catch (error) {
      this.logger.error(`The offset of ${place} could not be committed: ${messageOf(error)}`);
    }
  }

  private circuitOf(context: NestKafkaContext): RetryCircuit {
    const topic = context.getTopic();
    const partition = context.getPartition();
    const key = `${partition}:${topic}`;
    let state = this.partitions.get(key);
    if (state === undefined) {
      state = { circuit: new RetryCircuit(this.maxRetries, this.resetTimeout), progress: undefined };
      this.partitions.set(key, state);
    }
    const progress = context instanceof KafkaContext ? context.progress : undefined;
    if (progress !== undefined && progress !== state.progress) {
      // A server that was started anew is another one.
      state.progress = progress;
      this.watch(state, key, topic, partition);
    }
    return state.circuit;
  }

  private watch(state: PartitionState, key: string, topic: string, partition: number): void {
    const { circuit, progress } = state;
    progress?.watch(topic, partition, offset => {
      if (state.progress !== progress) {
        return false;
      }
      const { isOpen } = circuit;
      if (!circuit.passed(offset)) {
        return true;
      }
      if (isOpen) {
        this.logger.log(`A message of ${topic}[${partition}] was handled: circuit closed.`);
      }
      this.partitions.delete(key);
      return false;
    });
  }
}
