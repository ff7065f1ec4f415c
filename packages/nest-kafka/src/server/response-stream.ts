import { KafkaRetriableException, type WritePacket } from '@nestjs/microservices';
import type { Observable, Subscription } from 'rxjs';

/** Publishes one reply and resolves when it is acknowledged. */
export type PublishReply = (packet: WritePacket) => Promise<unknown>;

/**
 * Publishes what a handler's Observable emits, one reply at a time and in order.
 *
 * States: `open` (the stream may emit), `ended` (it completed or failed), `settled` (the promise is).
 * - A reply that waits its turn when the stream completes becomes the last one; if none waits, a last one without a value
 *   is added. The first reply is published a microtask after it was emitted, so that a stream that ends at once costs one.
 * - `settled` only after the last reply was acknowledged, or one was not: then the stream is given up, so that the whole
 *   request is delivered again.
 * - A `KafkaRetriableException` before the first value is no reply but a reason to deliver the request again.
 */
export function publishStream(
  stream: Observable<unknown>,
  publish: PublishReply,
  onStreamEnd: () => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const queue: WritePacket[] = [];
    let ended = false;
    let emitted = false;
    let publishing = false;
    let settled = false;
    let subscription: Subscription | undefined;

    const giveUp = (error: unknown): void => {
      settled = true;
      queue.length = 0;
      subscription?.unsubscribe();
      end();
      reject(error);
    };

    const publishQueue = async (): Promise<void> => {
      // Lets a synchronous stream run to its end first.
      await Promise.resolve();
      try {
        for (let packet = queue.shift(); packet !== undefined; packet = queue.shift()) {
          await publish(packet);
        }
      } catch (error) {
        giveUp(error);
        return;
      }
      publishing = false;
      if (ended && !settled) {
        settled = true;
        resolve();
      }
    };

    const enqueue = (packet: WritePacket): void => {
      if (settled) {
        return;
      }
      queue.push(packet);
      if (!publishing) {
        publishing = true;
        void publishQueue();
      }
    };

    const end = (): void => {
      if (!ended) {
        ended = true;
        onStreamEnd();
      }
    };

    subscription = stream.subscribe({
      next: response => {
        emitted = true;
        enqueue({ response });
      },
      error: (err: unknown) => {
        if (err instanceof KafkaRetriableException && !emitted) {
          giveUp(err);
          return;
        }
        end();
        enqueue({ err, isDisposed: true });
      },
      complete: () => {
        end();
        const last = queue.at(-1);
        if (last === undefined) {
          enqueue({ isDisposed: true });
        } else {
          last.isDisposed = true;
        }
      },
    });
  });
}
