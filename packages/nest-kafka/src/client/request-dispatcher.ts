import type { RequestTrace } from '../errors/request-timeout.error.js';
import type { OutgoingMessage } from '../outgoing/record-serializer.js';
import { latestNow } from '../two-clocks.js';
import type { PendingRequests } from './pending-requests.js';
import { RequestAttempts } from './request-attempts.js';
import { addressRequest } from './request-message.js';

/** What a client does for the dispatch of its requests; subclasses of it have their say in each. */
export interface RequestSteps {
  /** The partition at which the reply is awaited, as the header has it. */
  partitionOf(replyTopic: string): string | Promise<string>;
  serialize(data: unknown, topic: string): OutgoingMessage | Promise<OutgoingMessage>;
  /** Resolves when the broker has acknowledged the message. */
  produce(topic: string, messages: OutgoingMessage[]): Promise<unknown>;
}

/**
 * Sends requests that are pending, each until it is acknowledged, cannot be sent, or is awaited no longer.
 *
 * Invariant: nothing is produced for a request that is pending no longer. `request.failure` is that of the last attempt,
 * and `undefined` once the request has been acknowledged: by it a timeout tells a request that never left from one without
 * an answer.
 */
export class RequestDispatcher {
  constructor(
    private readonly pending: PendingRequests,
    private readonly steps: RequestSteps,
  ) {}

  /**
   * Resolves when the request is acknowledged or awaited no longer; rejects with what keeps it from being sent.
   * `timeout` in milliseconds, `0` for none.
   */
  async dispatch(data: unknown, request: RequestTrace, timeout: number): Promise<void> {
    const deadline = timeout > 0 ? latestNow() + timeout : undefined;
    let attempts: RequestAttempts | undefined;
    for (;;) {
      try {
        await this.attempt(data, request, deadline);
        return;
      } catch (error) {
        request.failure = error;
        attempts ??= new RequestAttempts(deadline);
        await attempts.next(error);
      }
      if (!this.pending.has(request.correlationId)) {
        return;
      }
    }
  }

  /** Each attempt is addressed anew, because the partition for its reply may be another one by now. */
  private async attempt(data: unknown, request: RequestTrace, deadline: number | undefined): Promise<void> {
    const partition = this.steps.partitionOf(request.replyTopic);
    // What is there already is not awaited: each `await` is a turn that a request spends waiting.
    request.replyPartition = typeof partition === 'string' ? partition : await partition;
    const serialized = this.steps.serialize(data, request.topic);
    const message = serialized instanceof Promise ? await serialized : serialized;
    if (!this.pending.has(request.correlationId)) {
      return;
    }
    addressRequest(message, request, deadline);
    await this.steps.produce(request.topic, [message]);
    request.failure = undefined;
  }
}
