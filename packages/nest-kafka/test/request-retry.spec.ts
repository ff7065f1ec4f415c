import { Controller, type INestMicroservice } from '@nestjs/common';
import { EmbeddedKafka } from 'embedded-kafka';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientKafka, type KafkaTransportOptions, MessagePattern, Payload, RequestTimeoutError } from '../src/index.js';
import { startService } from './service.js';

const TOPIC = 'asked';
const topics = [
  { name: TOPIC, partitions: 1 },
  { name: `${TOPIC}.reply`, partitions: 1 },
];

let kafka: EmbeddedKafka;
let service: INestMicroservice;
let client: ClientKafka;
let handled: string[];

@Controller()
class AnsweringController {
  @MessagePattern(TOPIC)
  answer(@Payload() payload: string): string {
    handled.push(payload);
    return `${payload} answered`;
  }
}

/** Engines that give up soon, so that what is left is the transport's to do. */
const impatient = (more: KafkaTransportOptions = {}): KafkaTransportOptions => ({
  ...more,
  client: { brokers: kafka.brokers, retry: { retries: 1, initialRetryTime: 20 } },
  consumer: { groupId: 'asked', heartbeatInterval: 200, sessionTimeout: 6_000 },
});

async function ask(payload: string, options: KafkaTransportOptions = {}): Promise<unknown> {
  client = new ClientKafka(impatient({ requestTimeout: 15_000, ...options }));
  client.subscribeToResponseOf(TOPIC);
  await client.connect();
  return firstValueFrom(client.send(TOPIC, payload));
}

beforeEach(async () => {
  handled = [];
  kafka = await EmbeddedKafka.start({ topics });
  service = await startService([AnsweringController], impatient());
});

afterEach(async () => {
  await client.close();
  await service.close();
  await kafka.stop();
});

describe('a request whose produce fails retriably', () => {
  it.each([
    'NOT_ENOUGH_REPLICAS',
    // What a broker says whose disk is full, until another one leads.
    'KAFKA_STORAGE_ERROR',
  ] as const)("with %s is tried beyond the engine's retries, and answered", async errorCode => {
    const fault = kafka.faults.inject({ api: 'Produce', topic: TOPIC, errorCode, count: 7 });
    await expect(ask('patiently')).resolves.toBe('patiently answered');
    expect(fault.hits).toBe(7);
    expect(handled).toEqual(['patiently']);
  });

  it('may be handled twice when its acknowledgement is lost, and gives its caller one answer', async () => {
    const fault = kafka.faults.inject({ api: 'Produce', topic: TOPIC, dropAnswer: true, count: 3 });
    const answers: unknown[] = [];
    client = new ClientKafka(impatient({ requestTimeout: 15_000 }));
    await client.connect();
    await new Promise<void>((resolve, reject) => {
      client.send(TOPIC, 'once').subscribe({ next: answer => answers.push(answer), error: reject, complete: resolve });
    });
    // The request's way ends with its answer: there are no attempts after it.
    expect(fault.hits).toBeGreaterThan(0);
    expect(answers).toEqual(['once answered']);
    expect(new Set(handled)).toEqual(new Set(['once']));
  });

  it('fails at its deadline, not before, and says what stood in its way', async () => {
    kafka.faults.inject({ api: 'Produce', topic: TOPIC, errorCode: 'NOT_LEADER_OR_FOLLOWER' });
    const began = performance.now();
    const error = await ask('in vain', { requestTimeout: 1_500 }).catch((failure: unknown) => failure);
    expect(performance.now() - began).toBeGreaterThan(1_400);
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect((error as RequestTimeoutError).message).toContain('not acknowledged by a broker');
    expect((error as RequestTimeoutError).cause).toBeInstanceOf(Error);
    expect(handled).toEqual([]);
  });

  it("fails with the engine's error when it has no deadline: an outage must not be silence", async () => {
    kafka.faults.inject({ api: 'Produce', topic: TOPIC, errorCode: 'NOT_LEADER_OR_FOLLOWER' });
    const error = await ask('without end', { requestTimeout: 0 }).catch((failure: unknown) => failure);
    expect((error as Error).name).toBe('KafkaJSNumberOfRetriesExceeded');
  });

  it('fails at once where trying again cannot help', async () => {
    kafka.faults.inject({ api: 'Produce', topic: TOPIC, errorCode: 'TOPIC_AUTHORIZATION_FAILED' });
    const began = performance.now();
    await expect(ask('not allowed')).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

it('a reply that is refused for longer than the engine tries has its request handled again, and is one answer', async () => {
  const fault = kafka.faults.inject({
    api: 'Produce',
    topic: `${TOPIC}.reply`,
    errorCode: 'NOT_LEADER_OR_FOLLOWER',
    count: 5,
  });
  await expect(ask('moved')).resolves.toBe('moved answered');
  expect(fault.hits).toBe(5);
  expect(handled.length).toBeGreaterThan(1);
});

it(
  'a request that is sent while every broker is away is answered when they are back',
  { timeout: 40_000 },
  async () => {
    await expect(ask('before')).resolves.toBe('before answered');
    const port = Number(kafka.brokers[0]?.split(':').at(-1));
    await kafka.stop();
    const asked = firstValueFrom(client.send(TOPIC, 'during'));
    // Many times what the engine's one retry takes.
    await new Promise(resolve => setTimeout(resolve, 1_000));
    kafka = await EmbeddedKafka.start({ topics, port });
    await expect(asked).resolves.toBe('during answered');
  },
);
