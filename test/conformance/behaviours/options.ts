import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, KafkaContext, MessagePattern, Payload } from '@nestjs/microservices';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import { answerOf } from '../frame/stage.js';

const PATIENCE = { timeout: 10_000 };

/** A format of its own: the value in hexadecimal. */
const hexadecimal = {
  serialize: (data: unknown) => ({
    value: Buffer.from(JSON.stringify(data)).toString('hex'),
    headers: { format: 'hex' },
  }),
};

const fromHexadecimal = (value: unknown): unknown => JSON.parse(Buffer.from(String(value), 'hex').toString());

export const options: Subject = {
  name: 'options',
  behaviours: [
    {
      says: "a client's serializer writes the request, and a server's deserializer reads it",
      source: 'Nest 12.1.1, behaviours 2 and 10',
      async prove(stage) {
        const topic = await stage.topic('serializer');

        @Controller()
        class Echo {
          @MessagePattern(topic)
          echo(@Payload() payload: unknown): unknown {
            return { got: payload };
          }
        }

        const deserializer = {
          deserialize: async (message: { value: unknown }, from?: { channel?: string }) => {
            await Promise.resolve();
            return { pattern: from?.channel ?? '', data: fromHexadecimal(message.value) };
          },
        };
        await stage.serve([Echo], { deserializer });
        const client = await stage.client([topic], { serializer: hexadecimal });
        const written = await stage.read(topic);
        expect(await answerOf(client.send(topic, { dragonId: 7 }))).toEqual({ got: { dragonId: 7 } });
        await expect.poll(() => written.length, PATIENCE).toBe(1);
        expect(fromHexadecimal(written[0]?.value)).toEqual({ dragonId: 7 });
        expect(String(written[0]?.headers?.['format'])).toBe('hex');
      },
    },
    {
      says: "a server's serializer writes the reply",
      source: 'Nest 12.1.1, behaviours 2 and 10',
      async prove(stage) {
        const topic = await stage.topic('reply-serializer');

        @Controller()
        class Answering {
          @MessagePattern(topic)
          answer(): unknown {
            return { fine: true };
          }
        }

        await stage.serve([Answering], { serializer: hexadecimal });
        const client = await stage.client([topic]);
        expect(fromHexadecimal(await answerOf(client.send(topic, { go: true })))).toEqual({ fine: true });
      },
    },
    {
      says: 'with parser.keepBinary values stay buffers',
      source: 'Nest 12.1.1, behaviour 2 (parser.keepBinary)',
      async prove(stage) {
        const topic = await stage.topic('binary', { replies: false });
        const payloads: unknown[] = [];

        @Controller()
        class Binary {
          @EventPattern(topic)
          handle(@Payload() payload: unknown): void {
            payloads.push(payload);
          }
        }

        await stage.serve([Binary], { parser: { keepBinary: true } });
        await stage.produce(topic, { value: '{"heroId":1}' });
        await expect.poll(() => payloads, PATIENCE).toEqual([Buffer.from('{"heroId":1}')]);
      },
    },
    {
      says: 'a value with the preamble of a schema registry stays a buffer',
      source: 'Nest kafka-parser.spec "bytes starting 0x00"',
      async prove(stage) {
        const topic = await stage.topic('registry', { replies: false });
        const payloads: unknown[] = [];

        @Controller()
        class Registry {
          @EventPattern(topic)
          handle(@Payload() payload: unknown): void {
            payloads.push(payload);
          }
        }

        const encoded = Buffer.from([0, 0, 0, 0, 7, 1, 2, 3]);
        await stage.serve([Registry]);
        await stage.produce(topic, { value: encoded });
        await expect.poll(() => payloads, PATIENCE).toEqual([encoded]);
      },
    },
    {
      says: 'with producerOnlyMode a client emits, and refuses to send',
      source: 'page: Options (producerOnlyMode); Nest 12.1.1, behaviour 18',
      async prove(stage) {
        const topic = await stage.topic('producer-only');
        const payloads: unknown[] = [];

        @Controller()
        class Events {
          @EventPattern(topic)
          handle(@Payload() payload: unknown): void {
            payloads.push(payload);
          }
        }

        await stage.serve([Events]);
        const client = await stage.client([], { producerOnlyMode: true });
        await answerOf(client.emit(topic, { heroId: 1 }));
        await expect.poll(() => payloads, PATIENCE).toEqual([{ heroId: 1 }]);
        await expect(answerOf(client.send(topic, { heroId: 2 }))).rejects.toBeInstanceOf(Error);
        expect(payloads).toEqual([{ heroId: 1 }]);
      },
    },
    {
      says: 'the group and the client id of a server get the suffix "-server"',
      source: 'page: Naming conventions; Nest 12.1.1, behaviour 1',
      async prove(stage) {
        const topic = await stage.topic('suffix', { replies: false });
        const groupId = stage.name('suffix-group');

        @Controller()
        class Events {
          @EventPattern<string>(topic)
          handle(): void {}
        }

        await stage.serve([Events], {
          consumer: { groupId },
          client: { brokers: [...stage.brokers], clientId: 'hero' },
        });
        const members = await stage.membersOf(`${groupId}-server`);
        expect(members.map(({ clientId }) => clientId)).toEqual(['hero-server']);
      },
    },
    {
      says: 'postfixId takes the place of the suffix',
      source: 'page: Options (postfixId); Nest 12.1.1, behaviour 1',
      async prove(stage) {
        const topic = await stage.topic('postfix', { replies: false });
        const groupId = stage.name('postfix-group');

        @Controller()
        class Events {
          @EventPattern<string>(topic)
          handle(): void {}
        }

        await stage.serve([Events], { consumer: { groupId }, postfixId: '' });
        const members = await stage.membersOf(groupId);
        expect(members.map(({ clientId }) => clientId)).toEqual(['conformance']);
      },
    },
    {
      says: 'with autoCommit off a handler commits by itself, and only what it committed stays handled',
      source: 'page: Commit offsets',
      async prove(stage) {
        const topic = await stage.topic('manual', { replies: false });
        const groupId = stage.name('manual-group');
        const handled: unknown[] = [];

        @Controller()
        class Manual {
          @EventPattern<string>(topic)
          async handle(@Payload() payload: unknown, @Ctx() context: KafkaContext): Promise<void> {
            if (payload === 'first') {
              const offset = (Number(context.getMessage().offset) + 1).toString();
              const partition = context.getPartition();
              await context.getConsumer().commitOffsets([{ topic: context.getTopic(), partition, offset }]);
            }
            handled.push(payload);
          }
        }

        const manual = { consumer: { groupId }, run: { autoCommit: false } };
        const { app } = await stage.serve([Manual], manual);
        await stage.produce(topic, { value: 'first' }, { value: 'second' });
        await expect.poll(() => handled, PATIENCE).toEqual(['first', 'second']);
        await app.close();
        handled.length = 0;
        await stage.serve([Manual], manual);
        await expect.poll(() => handled, PATIENCE).toEqual(['second']);
      },
    },
    {
      says: 'without fromBeginning a new group handles only what comes after it',
      source: 'page: Options (subscribe); KafkaJS consuming: fromBeginning',
      async prove(stage) {
        const topic = await stage.topic('latest', { replies: false });
        const handled: unknown[] = [];

        @Controller()
        class Latest {
          @EventPattern<string>(topic)
          handle(@Payload() payload: unknown): void {
            handled.push(payload);
          }
        }

        await stage.produce(topic, { value: 'before' });
        await stage.serve([Latest], { subscribe: { fromBeginning: false } });
        let number = 0;
        const handlesWhatComes = async () => {
          await stage.produce(topic, { value: `after ${++number}` });
          return handled.length > 0;
        };
        await expect.poll(handlesWhatComes, PATIENCE).toBe(true);
        expect(handled).not.toContain('before');
      },
    },
    {
      says: 'the options of the producer reach it',
      source: 'page: Options (producer)',
      async prove(stage) {
        const topic = await stage.topic('partitioner', { partitions: 3, replies: false });
        const client = await stage.client([], {
          producerOnlyMode: true,
          producer: { createPartitioner: () => () => 2 },
        });
        for (const value of ['a', 'b', 'c']) await answerOf(client.emit(topic, { key: value, value }));
        const written = await stage.read(topic);
        await expect.poll(() => written.map(({ partition }) => partition), PATIENCE).toEqual([2, 2, 2]);
      },
    },
    {
      says: 'the send options compress what a client emits',
      source: 'page: Options (send); Nest 12.1.1, behaviour 2 (send options are spread into every send)',
      async prove(stage) {
        const topic = await stage.topic('compressed', { replies: false });
        const client = await stage.client([], { producerOnlyMode: true, send: { compression: 1, acks: -1 } });
        const text = 'dragon '.repeat(1_000);
        await answerOf(client.emit(topic, { text }));
        const written = await stage.read(topic);
        await expect.poll(() => written.length, PATIENCE).toBe(1);
        expect(JSON.parse(String(written[0]?.value))).toEqual({ text });
        expect(written[0]?.size ?? 0).toBeLessThan(text.length);
      },
    },
    {
      says: 'brokers may be found by a function',
      source: 'page: Options (client); KafkaJS configuration: dynamic brokers',
      async prove(stage) {
        const topic = await stage.topic('found', { replies: false });
        const client = await stage.client([], {
          producerOnlyMode: true,
          client: { brokers: () => Promise.resolve([...stage.brokers]) },
        });
        await answerOf(client.emit(topic, 'found'));
        const written = await stage.read(topic);
        await expect.poll(() => written.map(({ value }) => String(value)), PATIENCE).toEqual(['found']);
      },
    },
    {
      says: 'the group and the client id of a client get the suffix "-client"',
      source: 'page: Naming conventions; Nest 12.1.1, behaviour 1',
      async prove(stage) {
        await Promise.resolve();
        const options = { client: { brokers: [...stage.brokers], clientId: 'hero' }, consumer: { groupId: 'heroes' } };
        const client = stage.newClient(options);
        expect(client).toMatchObject({ clientId: 'hero-client', groupId: 'heroes-client' });
      },
    },
    {
      says: 'a logCreator of the application gets what the engine has to say',
      source: 'Nest 12.1.1, behaviour 19; Nest server-kafka.spec createClient',
      async prove(stage) {
        const topic = await stage.topic('logged', { replies: false });
        const namespaces: string[] = [];

        @Controller()
        class Logged {
          @EventPattern<string>(topic)
          handle(): void {}
        }

        const logCreator = () => (entry: { namespace: string }) => void namespaces.push(entry.namespace);
        await stage.serve([Logged], { client: { brokers: [...stage.brokers], logCreator } });
        await expect.poll(() => namespaces, PATIENCE).toContain('Consumer');
      },
    },
  ],
};
