import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import { answerOf } from '../frame/stage.js';

const PATIENCE = { timeout: 10_000 };

export const wire: Subject = {
  name: 'on the wire',
  behaviours: [
    {
      says: 'a request carries correlation id, reply topic and reply partition as text headers',
      source: 'Nest 12.1.1, behaviours 5 and 6; page: Message pattern',
      async prove(stage) {
        const topic = await stage.topic('headers');

        @Controller()
        class Answering {
          @MessagePattern(topic)
          answer(@Payload() payload: unknown): unknown {
            return { payload };
          }
        }

        await stage.serve([Answering]);
        const client = await stage.client([topic]);
        const requests = await stage.read(topic);
        const replies = await stage.read(`${topic}.reply`);
        await answerOf(client.send(topic, { dragonId: 7 }));
        await expect.poll(() => requests.length, PATIENCE).toBe(1);
        const headers = requests[0]?.headers ?? {};
        expect(String(headers['kafka_correlationId'])).not.toBe('');
        expect(String(headers['kafka_replyTopic'])).toBe(`${topic}.reply`);
        expect(String(headers['kafka_replyPartition'])).toBe('0');
        expect(JSON.parse(String(requests[0]?.value))).toEqual({ dragonId: 7 });
        await expect.poll(() => replies.length, PATIENCE).toBe(1);
        expect(replies[0]?.headers?.['kafka_correlationId']).toEqual(headers['kafka_correlationId']);
        expect(replies[0]?.headers?.['kafka_nest-is-disposed']).toEqual(Buffer.alloc(1));
      },
    },
    {
      says: 'a reply goes to the topic and partition that the request names, whatever they are',
      source: 'Nest 12.1.1, behaviour 6 (interop with Spring)',
      async prove(stage) {
        const topic = await stage.topic('foreign', { replies: false });
        const answers = await stage.topic('answers', { partitions: 3, replies: false });

        @Controller()
        class Answering {
          @MessagePattern(topic)
          answer(@Payload() payload: unknown): unknown {
            return { payload };
          }
        }

        await stage.serve([Answering]);
        const replies = await stage.read(answers);
        const headers = { kafka_correlationId: 'spring-1', kafka_replyTopic: answers, kafka_replyPartition: '2' };
        await stage.produce(topic, { value: 'ask', headers });
        await expect.poll(() => replies.length, PATIENCE).toBe(1);
        expect(replies[0]?.partition).toBe(2);
        expect(String(replies[0]?.headers?.['kafka_correlationId'])).toBe('spring-1');
        expect(JSON.parse(String(replies[0]?.value))).toEqual({ payload: 'ask' });
      },
    },
    {
      says: 'an error travels in the header kafka_nest-err, with no value',
      source: 'Nest 12.1.1, behaviour 5; Nest server-kafka.spec sendMessage "error"',
      async prove(stage) {
        const topic = await stage.topic('error-header', { replies: false });
        const answers = await stage.topic('error-answers', { replies: false });

        @Controller()
        class Failing {
          @MessagePattern(topic)
          fail(): never {
            throw new Error('details stay here');
          }
        }

        await stage.serve([Failing]);
        const replies = await stage.read(answers);
        await stage.produce(topic, {
          value: 'ask',
          headers: { kafka_correlationId: 'c-1', kafka_replyTopic: answers },
        });
        await expect.poll(() => replies.length, PATIENCE).toBe(1);
        const error: unknown = JSON.parse(String(replies[0]?.headers?.['kafka_nest-err']));
        expect(error).toEqual({ status: 'error', message: 'Internal server error' });
        expect(replies[0]?.value).toBeNull();
      },
    },
    {
      says: 'headers that are strings or buffers arrive as they were sent',
      source: 'page: Outgoing (header values are strings or buffers)',
      async prove(stage) {
        const topic = await stage.topic('sent-headers', { replies: false });
        const client = await stage.client([], { producerOnlyMode: true });
        const bytes = Buffer.from([0, 1, 254, 255]);
        await answerOf(client.emit(topic, { value: 'v', headers: { realm: 'Nest', bytes } }));
        const written = await stage.read(topic);
        await expect.poll(() => written.length, PATIENCE).toBe(1);
        expect(written[0]?.headers).toEqual({ realm: Buffer.from('Nest'), bytes });
      },
    },
    {
      says: 'an event carries no headers but its own',
      source: 'page: Event-based (no two topics)',
      async prove(stage) {
        const topic = await stage.topic('bare-event', { replies: false });
        const client = await stage.client([], { producerOnlyMode: true });
        await answerOf(client.emit(topic, { heroId: 1 }));
        const written = await stage.read(topic);
        await expect.poll(() => written.length, PATIENCE).toBe(1);
        expect(written[0]?.headers).toEqual({});
        expect(String(written[0]?.value)).toBe('{"heroId":1}');
      },
    },
    {
      says: 'a tombstone is written as null, with its key',
      source: 'Nest 12.1.1, behaviour 15 ({key, value: null})',
      async prove(stage) {
        const topic = await stage.topic('tombstone', { replies: false });
        const client = await stage.client([], { producerOnlyMode: true });
        await answerOf(client.emit(topic, { key: 'hero-1', value: null }));
        const written = await stage.read(topic);
        await expect.poll(() => written.length, PATIENCE).toBe(1);
        expect(written[0]?.value).toBeNull();
        expect(String(written[0]?.key)).toBe('hero-1');
      },
    },
  ],
};
