import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { KafkaContext } from './kafka-context.js';

/** Runs the handlers of an event (Nest chains them behind the first) and settles when all have, streams included. */
export async function runEventHandlers(
  handler: MessageHandler,
  data: unknown,
  context: KafkaContext,
  onEnd: () => void,
): Promise<void> {
  try {
    const result: unknown = await handler(data, context);
    if (isObservable(result)) {
      // An empty stream is an end like any other.
      await lastValueFrom(result, { defaultValue: undefined });
    }
  } finally {
    onEnd();
  }
}
