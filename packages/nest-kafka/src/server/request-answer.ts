import { KafkaRetriableException, type MessageHandler } from '@nestjs/microservices';
import { isObservable } from 'rxjs';
import type { EachMessagePayload } from '../driver/kafka-types.js';
import type { ReplyAddress } from '../incoming/request-headers.js';
import type { KafkaContext } from './kafka-context.js';
import type { ReplyPublisher } from './reply-publisher.js';
import { publishStream } from './response-stream.js';

/** A request whose handler is known and whose caller still waits. */
export interface AcceptedRequest {
  handler: MessageHandler;
  data: unknown;
  address: ReplyAddress;
  context: KafkaContext;
  /** The record as the engine delivered it. */
  payload: EachMessagePayload;
}

/**
 * Runs a request's handler and publishes what comes of it: a value, each value of a stream, or an error. Settles when
 * the request is done (or, with an engine that can hold its offset back, when only acknowledgements are awaited).
 *
 * Rejects when the request is to be delivered again: its handler threw `KafkaRetriableException`, or a reply was not
 * acknowledged. `onHandlerEnd` is called when the handler has ended, before its last reply is.
 */
export async function answerRequest(
  { handler, data, address, context, payload }: AcceptedRequest,
  replies: ReplyPublisher,
  onHandlerEnd: () => void,
): Promise<void> {
  let result: unknown;
  try {
    result = await handler(data, context);
  } catch (err) {
    onHandlerEnd();
    if (err instanceof KafkaRetriableException) {
      throw err;
    }
    await onceAcknowledged(payload, replies.publish({ err, isDisposed: true }, address, context));
    return;
  }
  if (isObservable(result)) {
    await publishStream(result, reply => replies.publish(reply, address, context), onHandlerEnd);
    return;
  }
  onHandlerEnd();
  await onceAcknowledged(payload, replies.publish({ response: result, isDisposed: true }, address, context));
}

/**
 * Holds the request's offset back until its reply is acknowledged. Where the engine can do that by itself, the next
 * request of the partition is handled meanwhile: a round trip to the broker for each would be the limit of a partition.
 */
async function onceAcknowledged(payload: EachMessagePayload, acknowledged: Promise<void>): Promise<void> {
  if (payload.defer === undefined) {
    await acknowledged;
  } else {
    payload.defer(acknowledged);
  }
}
