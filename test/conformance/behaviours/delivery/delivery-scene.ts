import { Controller, type Type } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  Delivery,
  EventPattern,
  type DeliveryEvent,
  type DeliveryPolicy,
  type KafkaContext,
  type KafkaHealth,
} from 'nest-kafka';
import type { TransportOptions } from '../../frame/ground.js';
import type { Stage } from '../../frame/stage.js';

export const PATIENCE = { timeout: 15_000 };

/** One delivery, as its handler saw it. */
export interface Seen {
  readonly payload: unknown;
  readonly attempt: number;
  readonly partition: number;
  readonly offset: string;
  readonly headers: Record<string, unknown>;
  readonly at: number;
}

/** What `ServerKafka` tells beyond Nest's servers. */
export interface ObservedServer {
  onDelivery(listener: (event: DeliveryEvent) => void): () => void;
  health(): Promise<KafkaHealth>;
}

/** A handler with a policy, listening, and what has happened to it. */
export interface Listening {
  readonly topic: string;
  readonly groupId: string;
  readonly seen: Seen[];
  readonly events: DeliveryEvent[];
  readonly server: ObservedServer;
  payloads(): unknown[];
  close(): Promise<void>;
}

export interface ListenerSetup {
  readonly policy: DeliveryPolicy;
  /** Default: it never fails. */
  handle?(payload: unknown, attempt: number): unknown;
  readonly topic?: string;
  readonly partitions?: number;
  readonly options?: TransportOptions;
  readonly groupId?: string;
  decorate?(controller: Type): void;
}

/** Serves one handler with one policy. */
export async function listen(stage: Stage, setup: ListenerSetup): Promise<Listening> {
  const { policy, handle, partitions = 1, options = {}, groupId = stage.name('group') } = setup;
  const topic = setup.topic ?? (await stage.topic('delivery', { replies: false, partitions }));
  const seen: Seen[] = [];

  @Controller()
  class Listener {
    @EventPattern(topic)
    @Delivery(policy)
    async handle(@Payload() payload: unknown, @Ctx() context: KafkaContext): Promise<void> {
      const attempt = context.getAttempt();
      const { offset, headers = {} } = context.getMessage();
      seen.push({ payload, attempt, partition: context.getPartition(), offset, headers, at: performance.now() });
      await handle?.(payload, attempt);
    }
  }
  setup.decorate?.(Listener);
  const { app, strategy } = await stage.serve([Listener], { ...options, consumer: { ...options.consumer, groupId } });
  const server = strategy as unknown as ObservedServer;
  const events: DeliveryEvent[] = [];
  server.onDelivery(event => void events.push(event));
  return {
    topic,
    groupId,
    seen,
    events,
    server,
    payloads: () => seen.map(({ payload }) => payload),
    close: () => app.close(),
  };
}
