import { Controller, type INestMicroservice } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  Ctx,
  EventPattern,
  KafkaContext,
  KafkaRecordBuilder,
  KafkaRetriableException,
  type KafkaTransportOptions,
  MessagePattern,
  Payload,
  RequestTimeoutError,
  TooManyRequestsError,
} from '../src/index.js';
import { startService } from './service.js';
import { specGround } from './spec-ground.js';

const ground = specGround();

async function service(controller: new () => object, options: KafkaTransportOptions = {}): Promise<INestMicroservice> {
  const app = await startService([controller], ground.options(ground.unique('service'), options));
  ground.keep(app);
  return app;
}

describe('a failing event', () => {
  it('is delivered again with its attempt counted, while another partition proceeds', async () => {
    const topic = await ground.requestTopic('poison', 2);
    const attempts: number[] = [];
    const handled: unknown[] = [];

    @Controller()
    class EventsController {
      @EventPattern<string>(topic)
      handle(@Payload() payload: string, @Ctx() context: KafkaContext): void {
        if (payload === 'poison' && context.getAttempt() < 4) {
          attempts.push(context.getAttempt());
          throw new Error('not yet');
        }
        handled.push(payload);
      }
    }
    await service(EventsController, { run: { partitionsConsumedConcurrently: 2 } });
    const client = await ground.caller([topic]);
    await firstValueFrom(client.emit(topic, new KafkaRecordBuilder('poison').setPartition(0).build()));
    await expect.poll(() => attempts.length, { timeout: 15_000 }).toBeGreaterThan(0);
    await firstValueFrom(client.emit(topic, new KafkaRecordBuilder('behind').setPartition(0).build()));
    await firstValueFrom(client.emit(topic, new KafkaRecordBuilder('beside').setPartition(1).build()));
    await expect.poll(() => handled.length, { timeout: 15_000 }).toBe(3);
    expect(attempts).toEqual([1, 2, 3]);
    // On its own partition the poison held back what came behind it.
    expect(handled.indexOf('poison')).toBeLessThan(handled.indexOf('behind'));
    if (ground.direct) {
      expect(handled[0]).toBe('beside');
    }
  });
});

describe('a request', () => {
  it('is delivered again after a KafkaRetriableException, and its caller waits', async () => {
    const topic = await ground.requestTopic('retriable');

    @Controller()
    class RetryController {
      @MessagePattern(topic)
      handle(@Payload() payload: string, @Ctx() context: KafkaContext): string {
        if (context.getAttempt() < 3) {
          throw new KafkaRetriableException('later');
        }
        return `${payload} at attempt ${context.getAttempt()}`;
      }
    }
    await service(RetryController);
    const client = await ground.caller([topic]);
    await expect(firstValueFrom(client.send(topic, 'answered'))).resolves.toBe('answered at attempt 3');
  });

  it('that nobody answers fails with an error that names topic, reply topic and what to do', async () => {
    const topic = await ground.requestTopic('unanswered');
    const client = await ground.caller([topic], { requestTimeout: 300 });
    const error = await firstValueFrom(client.send(topic, 'hello?')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect((error as Error).message).toContain(`"${topic}" within 300 ms`);
    expect((error as Error).message).toContain(`"${topic}.reply"`);
    expect((error as Error).message).toContain('KafkaRecordBuilder.setTimeout()');
  });

  it('may have a timeout of its own', async () => {
    const topic = await ground.requestTopic('impatient');
    const client = await ground.caller([topic]);
    const request = new KafkaRecordBuilder('hello?').setTimeout(200).build();
    await expect(firstValueFrom(client.send(topic, request))).rejects.toMatchObject({
      code: 'NEST_KAFKA_REQUEST_TIMEOUT',
      timeout: 200,
    });
  });

  it('that is one too many fails at once', async () => {
    const topic = await ground.requestTopic('many');
    const client = await ground.caller([topic], { maxPendingRequests: 2, requestTimeout: 300 });
    const results = await Promise.allSettled([1, 2, 3].map(i => firstValueFrom(client.send(topic, i))));
    const reasons = results.map(result => (result.status === 'rejected' ? (result.reason as unknown) : undefined));
    expect(reasons[2]).toBeInstanceOf(TooManyRequestsError);
    expect(reasons.slice(0, 2)).toEqual([expect.any(RequestTimeoutError), expect.any(RequestTimeoutError)]);
  });

  it('whose caller has stopped waiting is not handled', async () => {
    const topic = await ground.requestTopic('late');
    const client = await ground.caller([topic], { requestTimeout: 200 });
    await expect(firstValueFrom(client.send(topic, 'late'))).rejects.toBeInstanceOf(RequestTimeoutError);
    const handled: unknown[] = [];

    @Controller()
    class LateController {
      @MessagePattern(topic)
      handle(@Payload() payload: string): string {
        handled.push(payload);
        return payload;
      }
    }
    await service(LateController);
    await expect(
      firstValueFrom(client.send(topic, new KafkaRecordBuilder('in time').setTimeout(15_000).build())),
    ).resolves.toBe('in time');
    expect(handled).toEqual(['in time']);
  });
});

describe('a malformed payload', () => {
  it('that only looks like JSON reaches the handler as text, as with Nest', async () => {
    const topic = await ground.requestTopic('broken-json');

    @Controller()
    class EchoController {
      @MessagePattern(topic)
      handle(@Payload() payload: unknown): unknown {
        return { payload };
      }
    }
    await service(EchoController);
    const client = await ground.caller([topic]);
    await expect(firstValueFrom(client.send(topic, '{"name":'))).resolves.toEqual({ payload: '{"name":' });
  });

  it('that the deserializer of the server throws at is answered with an error, and the next request is handled', async () => {
    const topic = await ground.requestTopic('unreadable');

    @Controller()
    class StrictController {
      @MessagePattern(topic)
      handle(@Payload() payload: string): string {
        return `read ${payload}`;
      }
    }
    await service(StrictController, {
      deserializer: {
        deserialize(message: { value: string }, options?: Record<string, unknown>) {
          if (message.value === 'garbage') {
            throw new Error('cannot read garbage');
          }
          return { pattern: options?.['channel'], data: message.value };
        },
      },
    });
    const client = await ground.caller([topic]);
    await expect(firstValueFrom(client.send(topic, 'garbage'))).rejects.toEqual({
      status: 'error',
      message: `The request on topic "${topic}" could not be deserialized: cannot read garbage`,
    });
    await expect(firstValueFrom(client.send(topic, 'text'))).resolves.toBe('read text');
  });

  it('that the deserializer of the client throws at, or rejects, fails the caller with that error', async () => {
    const topic = await ground.requestTopic('unreadable-reply');

    @Controller()
    class ReplyController {
      @MessagePattern(topic)
      handle(): string {
        return 'fine';
      }
    }
    await service(ReplyController);
    const throwing = await ground.caller([topic], {
      deserializer: {
        deserialize() {
          throw new Error('sync');
        },
      },
    });
    await expect(firstValueFrom(throwing.send(topic, 1))).rejects.toThrow('sync');
    const rejecting = await ground.caller([topic], {
      deserializer: { deserialize: () => Promise.reject(new Error('async')) },
    });
    await expect(firstValueFrom(rejecting.send(topic, 1))).rejects.toThrow('async');
  });

  it('that a handler returns is told to the caller, and the partition goes on', async () => {
    const topic = await ground.requestTopic('unserializable');

    @Controller()
    class CircularController {
      @MessagePattern(topic)
      handle(@Payload() payload: string): unknown {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        return payload === 'circle' ? circle : payload;
      }
    }
    await service(CircularController);
    const client = await ground.caller([topic]);
    await expect(firstValueFrom(client.send(topic, 'circle'))).rejects.toMatchObject({
      status: 'error',
      message: expect.stringContaining('could not be serialized') as string,
    });
    await expect(firstValueFrom(client.send(topic, 'line'))).resolves.toBe('line');
  });
});
