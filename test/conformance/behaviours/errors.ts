import { Controller } from '@nestjs/common';
import {
  type IncomingResponse,
  KafkaRetriableException,
  MessagePattern,
  Payload,
  RpcException,
} from '@nestjs/microservices';
import { firstValueFrom, race, timer } from 'rxjs';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import type { ConformanceClient } from '../frame/conformance-client.js';
import { answerOf, type Stage } from '../frame/stage.js';

/** Serves a handler that throws this, and gives what the caller gets as error. */
async function errorOf(stage: Stage, makeError: () => Error): Promise<unknown> {
  const topic = await stage.topic('error');

  @Controller()
  class Failing {
    @MessagePattern(topic)
    fail(): never {
      throw makeError();
    }
  }

  await stage.serve([Failing]);
  const client = await stage.client([topic]);
  return await rejection(answerOf(client.send(topic, { go: true })));
}

const rejection = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it should have been rejected');
};

const unreadable = {
  deserialize(): IncomingResponse {
    throw new Error('unreadable reply');
  },
};

async function askWithUnreadableReply(stage: Stage): Promise<{ client: ConformanceClient; topic: string }> {
  const topic = await stage.topic('unreadable');

  @Controller()
  class Answering {
    @MessagePattern(topic)
    answer(): unknown {
      return { fine: true };
    }
  }

  await stage.serve([Answering]);
  return { topic, client: await stage.client([topic], { deserializer: unreadable }) };
}

export const errors: Subject = {
  name: 'errors',
  behaviours: [
    {
      says: 'an RpcException with an object reaches the caller as that object',
      source: 'Nest 12.1.1, behaviour 11',
      async prove(stage) {
        const thrown = { code: 'NO_SUCH_DRAGON', dragonId: 7 };
        expect(await errorOf(stage, () => new RpcException(thrown))).toEqual(thrown);
      },
    },
    {
      says: 'an RpcException with a text reaches the caller as status and message',
      source: 'Nest 12.1.1, behaviour 11',
      async prove(stage) {
        const expected = { status: 'error', message: 'no such dragon' };
        expect(await errorOf(stage, () => new RpcException('no such dragon'))).toEqual(expected);
      },
    },
    {
      says: 'any other error reaches the caller as "Internal server error", without its details',
      source: 'page: Retriable exceptions (unhandled exceptions are wrapped); Nest 12.1.1, behaviour 11',
      async prove(stage) {
        const expected = { status: 'error', message: 'Internal server error' };
        expect(await errorOf(stage, () => new Error('the password is hunter2'))).toEqual(expected);
      },
    },
    {
      says: 'a request that nobody handles is answered with an error',
      source: 'Nest 12.1.1, behaviour 7; Nest server-kafka.spec "no handler: NO_MESSAGE_HANDLER"',
      async prove(stage) {
        const topic = await stage.topic('unknown');

        @Controller()
        class Forgetful {
          @MessagePattern(topic)
          handle(): unknown {
            return { handled: true };
          }
        }

        const { strategy } = await stage.serve([Forgetful]);
        // The topic is consumed while its handler is gone.
        expect(strategy.getHandlers().delete(topic)).toBe(true);
        const client = await stage.client([topic]);
        expect(await rejection(answerOf(client.send(topic, { go: true })))).toBe(
          'There is no matching message handler defined in the remote service.',
        );
      },
    },
    {
      says: 'a KafkaRetriableException has the request delivered again, and its caller waits for the answer',
      source: 'page: Retriable exceptions; Nest 12.1.1, behaviour 12',
      async prove(stage) {
        const topic = await stage.topic('retriable');
        const deliveries: unknown[] = [];

        @Controller()
        class Busy {
          @MessagePattern(topic)
          handle(@Payload() payload: unknown): unknown {
            deliveries.push(payload);
            if (deliveries.length === 1) throw new KafkaRetriableException('not yet');
            return { deliveries: deliveries.length };
          }
        }

        await stage.serve([Busy]);
        const client = await stage.client([topic]);
        expect(await answerOf(client.send(topic, { dragonId: 7 }))).toEqual({ deliveries: 2 });
        expect(deliveries).toEqual([{ dragonId: 7 }, { dragonId: 7 }]);
      },
    },
    {
      says: 'closing the client fails its pending requests with "Connection closed"',
      source: 'Nest 12.1.1, behaviour 4',
      async prove(stage) {
        const topic = await stage.topic('never-answered');
        const client = await stage.client([topic]);
        const pending = rejection(answerOf(client.send(topic, { go: true })));
        const sent = await stage.read(topic);
        await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(1);
        await client.close();
        const error = await pending;
        expect(error).toBeInstanceOf(Error);
        // The built-in says no more than this; ours goes on with whose connection, and what to do.
        expect((error as Error).message).toMatch(/^Connection closed/);
      },
    },
    {
      says: 'a request or an event without data is refused at once',
      source: 'Nest 12.1.1, behaviour 15 (InvalidMessageException)',
      async prove(stage) {
        const topic = await stage.topic('nil');
        const client = await stage.client([topic]);
        const expected = { name: 'InvalidMessageException' };
        expect((await rejection(answerOf(client.send(topic, undefined))))?.constructor.name).toBe(expected.name);
        expect((await rejection(answerOf(client.emit(topic, null))))?.constructor.name).toBe(expected.name);
      },
    },
    {
      says: 'a reply that the deserializer throws at fails the request',
      source: 'docs/reference/differences.md (a throwing deserializer); Nest client-kafka-deserializer.spec',
      async prove(stage) {
        const { client, topic } = await askWithUnreadableReply(stage);
        expect(await rejection(answerOf(client.send(topic, { go: true })))).toEqual(new Error('unreadable reply'));
      },
      differs: {
        'built-in': {
          because: 'the caller is left hanging',
          async instead(stage) {
            const { client, topic } = await askWithUnreadableReply(stage);
            const outcome = await firstValueFrom(race(client.send(topic, { go: true }), timer(2_000)));
            expect(outcome).toBe(0);
          },
        },
      },
    },
  ],
};
