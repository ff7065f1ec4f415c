import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, KafkaContext, MessagePattern, Payload } from '@nestjs/microservices';
import { from, type Observable } from 'rxjs';
import { expect } from 'vitest';
import type { ConformanceClient } from '../frame/conformance-client.js';
import { answerOf, answersOf, type Stage } from '../frame/stage.js';

/** An event as its handler got it. */
export interface Received {
  readonly payload: unknown;
  readonly message: ReturnType<KafkaContext['getMessage']>;
  readonly partition: number;
}

/** One application and one client for many short exchanges. */
export interface Exchange {
  readonly client: ConformanceClient;
  /** The topic of `echo`, and that of events. */
  readonly echoed: string;
  readonly events: string;
  /** What the handler of a request got. */
  echo(data: unknown): Promise<unknown>;
  /** The one answer to a handler that returns (or throws) what `handle` does. */
  answer(handle: () => unknown): Promise<unknown>;
  /** All values of that answer. */
  answers(handle: () => unknown): Promise<unknown[]>;
  /** The error of that answer. */
  error(handle: () => unknown): Promise<unknown>;
  /** The answer of a handler with that many values. */
  answerOfMany(count: number): Observable<unknown>;
  /** What the event handler got of the one event that this produces. */
  next(produce: () => Promise<unknown>): Promise<Received>;
  /** Emits, and gives what the event handler got. */
  event(data: unknown): Promise<Received>;
  /** Produces past all transports, and gives what the event handler got. */
  foreignEvent(message: Parameters<Stage['produce']>[1]): Promise<Received>;
}

export async function openExchange(stage: Stage): Promise<Exchange> {
  const echoed = await stage.topic('echo');
  const answered = await stage.topic('answer');
  const events = await stage.topic('event', { partitions: 3, replies: false });
  const handles = new Map<string, () => unknown>();
  const received: Received[] = [];
  let count = 0;

  @Controller()
  class ExchangeController {
    @MessagePattern(echoed)
    echo(@Payload() got: unknown): unknown {
      return { got };
    }

    @MessagePattern(answered)
    answer(@Payload() { handle }: { handle: string }): unknown {
      return handles.get(handle)?.();
    }

    // Without `<string>` Nest 12's first overload wins, and that one knows of no second parameter.
    @EventPattern<string>(events)
    event(@Payload() payload: unknown, @Ctx() context: KafkaContext): void {
      received.push({ payload, message: context.getMessage(), partition: context.getPartition() });
    }
  }

  await stage.serve([ExchangeController]);
  const client = await stage.client([echoed, answered]);
  const ask = (handle: () => unknown) => {
    const name = `handle ${++count}`;
    handles.set(name, handle);
    return client.send<unknown>(answered, { handle: name });
  };
  const next = async (produce: () => Promise<unknown>): Promise<Received> => {
    const before = received.length;
    await produce();
    await expect.poll(() => received.length, { timeout: 10_000, interval: 5 }).toBe(before + 1);
    return received[before] as Received;
  };
  return {
    client,
    echoed,
    events,
    next,
    answerOfMany: length => ask(() => from(Array.from({ length }, (_, item) => ({ item })))),
    echo: async data => ((await answerOf(client.send(echoed, data))) as { got: unknown }).got,
    answer: handle => answerOf(ask(handle)),
    answers: handle => answersOf(ask(handle)),
    error: handle => rejection(answerOf(ask(handle))),
    event: data => next(() => answerOf(client.emit(events, data))),
    foreignEvent: message => next(() => stage.produce(events, message)),
  };
}

/** What a promise is rejected with. */
export const rejection = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it should have been rejected');
};
