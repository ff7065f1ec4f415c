import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, type KafkaContext, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import { answerOf } from '../frame/stage.js';

const PATIENCE = { timeout: 10_000 };

/** The parts of a server that Nest gives all of its own. */
interface Nests {
  readonly transportId: symbol | Transport;
  on(event: string, listener: () => void): unknown;
  unwrap<T>(): T;
  setOnProcessingStartHook(hook: (id: unknown, context: unknown, done: () => Promise<unknown>) => unknown): void;
  setOnProcessingEndHook(hook: (id: unknown, context: KafkaContext) => void): void;
  getHandlerByPattern(pattern: string): unknown;
}

export const servers: Subject = {
  name: 'servers',
  behaviours: [
    {
      says: 'one method handles several patterns, of events and of requests',
      source: 'Nest microservices basics: multiple patterns',
      async prove(stage) {
        const events = [await stage.topic('one', { replies: false }), await stage.topic('two', { replies: false })];
        const requests = [await stage.topic('three'), await stage.topic('four')];
        const handled: unknown[] = [];

        @Controller()
        class Several {
          @EventPattern<string[]>(events)
          handle(@Payload() payload: unknown): void {
            handled.push(payload);
          }

          @MessagePattern(requests)
          answer(@Ctx() context: KafkaContext): unknown {
            return { topic: context.getTopic() };
          }
        }

        await stage.serve([Several]);
        const client = await stage.client(requests);
        for (const topic of events) await answerOf(client.emit(topic, topic));
        await expect.poll(() => handled.toSorted(), PATIENCE).toEqual(events.toSorted());
        for (const topic of requests) expect(await answerOf(client.send(topic, 'ask'))).toEqual({ topic });
      },
    },
    {
      says: 'a regular expression handles the events of every topic that matches',
      source: 'Nest 12.1.1, behaviour 8',
      async prove(stage) {
        const prefix = stage.name('moved');
        const topics = [`${prefix}.hero`, `${prefix}.dragon`];
        for (const topic of topics) await stage.createTopic(topic, { replies: false });
        const handled: string[] = [];

        @Controller()
        class Moves {
          @EventPattern<RegExp>(new RegExp(`^${prefix.replaceAll('.', '\\.')}\\.(hero|dragon)$`))
          handle(@Ctx() context: KafkaContext): void {
            handled.push(context.getTopic());
          }
        }

        await stage.serve([Moves]);
        for (const topic of topics) await stage.produce(topic, { value: 'moved' });
        await expect.poll(() => handled.toSorted(), PATIENCE).toEqual(topics.toSorted());
      },
    },
    {
      says: 'a message that asks for no reply is handled by a message handler all the same',
      source: 'Nest 12.1.1, behaviour 7; Nest server-kafka.spec "correlation id but no reply topic"',
      async prove(stage) {
        const topic = await stage.topic('no-reply', { replies: false });
        const handled: unknown[] = [];

        @Controller()
        class Handling {
          @MessagePattern(topic)
          handle(@Payload() payload: unknown): unknown {
            handled.push(payload);
            return { ignored: true };
          }
        }

        await stage.serve([Handling]);
        await stage.produce(topic, { value: 'plain' }, { value: 'half', headers: { kafka_correlationId: 'c-1' } });
        await expect.poll(() => handled, PATIENCE).toEqual(['plain', 'half']);
      },
    },
    {
      says: 'an event that nobody handles is done, and the next one is handled',
      source: 'Nest 12.1.1, behaviour 7',
      async prove(stage) {
        const prefix = stage.name('partly');
        const [unknown, known] = [`${prefix}.unknown`, `${prefix}.known`] as const;
        for (const topic of [unknown, known]) await stage.createTopic(topic, { replies: false });
        const handled: string[] = [];

        @Controller()
        class Partly {
          @EventPattern<string>(unknown)
          never(): void {
            handled.push('never');
          }

          @EventPattern<string>(known)
          handle(): void {
            handled.push('known');
          }
        }

        const { strategy } = await stage.serve([Partly]);
        expect(strategy.getHandlers().delete(unknown)).toBe(true);
        await stage.produce(unknown, { value: 'event' });
        await stage.produce(known, { value: 'event' });
        await expect.poll(() => handled, PATIENCE).toEqual(['known']);
      },
    },
    {
      says: 'a request without a reply partition is answered on the reply topic',
      source: 'Nest 12.1.1, behaviour 5; Nest server-kafka.spec "no reply partition: no partition key"',
      async prove(stage) {
        const topic = await stage.topic('anywhere', { replies: false });
        const answers = await stage.topic('anywhere-answers', { partitions: 2, replies: false });

        @Controller()
        class Answering {
          @MessagePattern(topic)
          answer(): unknown {
            return { fine: true };
          }
        }

        await stage.serve([Answering]);
        const replies = await stage.read(answers);
        await stage.produce(topic, {
          value: 'ask',
          headers: { kafka_correlationId: 'c-1', kafka_replyTopic: answers },
        });
        await expect.poll(() => replies.length, PATIENCE).toBe(1);
        expect(JSON.parse(String(replies[0]?.value))).toEqual({ fine: true });
      },
    },
    {
      says: 'processing hooks run once around each message',
      source: 'Nest 12.1.1, behaviour 17; Nest server-kafka.spec "end hook once"',
      async prove(stage) {
        const events = await stage.topic('hooked-events', { replies: false });
        const requests = await stage.topic('hooked-requests');
        const calls: string[] = [];

        @Controller()
        class Hooked {
          @EventPattern<string>(events)
          handle(): void {
            calls.push('event');
          }

          @MessagePattern(requests)
          answer(): unknown {
            calls.push('request');
            return { fine: true };
          }
        }

        const { strategy } = await stage.serve([Hooked]);
        const server = strategy as unknown as Nests;
        server.setOnProcessingStartHook((_id, _context, done) => {
          calls.push('start');
          return done();
        });
        server.setOnProcessingEndHook((_id, context) => {
          calls.push(`end of ${context.getTopic() === events ? 'event' : 'request'}`);
        });
        const client = await stage.client([requests]);
        await answerOf(client.emit(events, 'event'));
        await expect.poll(() => calls, PATIENCE).toEqual(['start', 'event', 'end of event']);
        await answerOf(client.send(requests, 'ask'));
        expect(calls.slice(3)).toEqual(['start', 'request', 'end of request']);
      },
    },
    {
      says: 'a server says what it is made of, and which transport it is',
      source: 'Nest 12.1.1, behaviours 16 and 17; Nest server-kafka.spec unwrap',
      async prove(stage) {
        const topic = await stage.topic('parts', { replies: false });

        @Controller()
        class Parts {
          @EventPattern<string>(topic)
          handle(): void {}
        }

        const { strategy } = await stage.serve([Parts]);
        const server = strategy as unknown as Nests;
        const [client, consumer, producer] = server.unwrap<[object, object, object]>();
        expect([client, consumer, producer].map(part => typeof part)).toEqual(['object', 'object', 'object']);
        expect(consumer).toHaveProperty('commitOffsets');
        expect(producer).toHaveProperty('send');
        expect(server.transportId).toBe(Transport.KAFKA);
        expect(() => server.on('event', () => {})).toThrow(/not supported/i);
        expect(server.getHandlerByPattern(topic)).toBe(strategy.getHandlers().get(topic));
        expect(server.getHandlerByPattern('nobody')).toBeNull();
      },
    },
    {
      says: 'a handler produces through its context',
      source: 'Nest 12.1.1, behaviour 9 (getProducer)',
      async prove(stage) {
        const [from, to] = [await stage.topic('from', { replies: false }), await stage.topic('to', { replies: false })];

        @Controller()
        class Forwarding {
          @EventPattern<string>(from)
          async handle(@Payload() payload: string, @Ctx() context: KafkaContext): Promise<void> {
            await context.getProducer().send({ topic: to, messages: [{ value: `${payload}, forwarded` }] });
          }
        }

        await stage.serve([Forwarding]);
        const forwarded = await stage.read(to);
        await stage.produce(from, { value: 'event' });
        await expect.poll(() => forwarded.map(({ value }) => String(value)), PATIENCE).toEqual(['event, forwarded']);
      },
    },
    {
      says: 'with partitionsConsumedConcurrently several partitions are handled at the same time',
      source: 'page: Options (run); Nest server-kafka.spec "partitionsConsumedConcurrently"',
      async prove(stage) {
        const topic = await stage.topic('concurrently', { partitions: 2, replies: false });
        const { promise: both, resolve } = Promise.withResolvers<void>();
        const handled: number[] = [];

        @Controller()
        class Concurrent {
          @EventPattern<string>(topic)
          async handle(@Payload() _payload: unknown, @Ctx() context: KafkaContext): Promise<void> {
            handled.push(context.getPartition());
            if (handled.length === 2) resolve();
            await both;
          }
        }

        await stage.serve([Concurrent], { run: { partitionsConsumedConcurrently: 2 } });
        await stage.produce(topic, { value: 'a', partition: 0 }, { value: 'b', partition: 1 });
        await both;
        expect(handled.toSorted()).toEqual([0, 1]);
      },
    },
    {
      says: 'close() of a server waits for the handler that runs',
      source: 'Nest 12.1.1, behaviour 4 (consumer.disconnect first)',
      async prove(stage) {
        const topic = await stage.topic('running', { replies: false });
        const { promise: begun, resolve } = Promise.withResolvers<void>();
        let ended = false;

        @Controller()
        class Slow {
          @EventPattern<string>(topic)
          async handle(): Promise<void> {
            resolve();
            await sleep(200);
            ended = true;
          }
        }

        const { app } = await stage.serve([Slow]);
        await stage.produce(topic, { value: 'slow' });
        await begun;
        await app.close();
        expect(ended).toBe(true);
      },
    },
  ],
};
