import { Controller } from '@nestjs/common';
import { EmbeddedKafka, type Fault } from 'embedded-kafka';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ClientKafka, type KafkaTransportOptions, MessagePattern, Payload } from '../src/index.js';
import { startService } from './service.js';

const TOPIC = 'asked';
const WAVES = 3;
const PER_WAVE = 5;
const HITS = 2;
/** A requestTimeout of the engine, in milliseconds, where something does not come in time. */
const SHORT = 1_000;

type Routing = 'direct' | 'group';

const PASSING_ERRORS: Readonly<Record<string, NonNullable<Fault['errorCode']>>> = {
  Produce: 'NOT_LEADER_OR_FOLLOWER',
  Fetch: 'NOT_LEADER_OR_FOLLOWER',
  FindCoordinator: 'COORDINATOR_NOT_AVAILABLE',
  Heartbeat: 'REBALANCE_IN_PROGRESS',
  OffsetCommit: 'NOT_COORDINATOR',
  OffsetFetch: 'COORDINATOR_LOAD_IN_PROGRESS',
};
const APIS = ['Metadata', 'ListOffsets', 'JoinGroup', ...Object.keys(PASSING_ERRORS)];

interface Outcome {
  readonly answers: unknown[];
  readonly neverHandled: string[];
}

/** Requests and their answers while `fault` hits server and client alike, from after they have connected. */
async function askUnder(routing: Routing, fault: Fault): Promise<Outcome> {
  const kafka = await EmbeddedKafka.start({ topics: [TOPIC, `${TOPIC}.reply`] });
  const handled = new Set<string>();

  @Controller()
  class AnsweringController {
    @MessagePattern(TOPIC)
    answer(@Payload() payload: string): string {
      handled.add(payload);
      return `${payload} answered`;
    }
  }
  const options: KafkaTransportOptions = {
    client: {
      brokers: kafka.brokers,
      connectionTimeout: 20_000,
      requestTimeout: (fault.delayMs ?? 0) > SHORT ? SHORT : 20_000,
      retry: { retries: 8, initialRetryTime: 20, maxRetryTime: 100 },
    },
    consumer: { groupId: 'asked', heartbeatInterval: 50, sessionTimeout: 30_000, maxWaitTimeInMs: 50 },
    reply: { routing },
    requestTimeout: 60_000,
  };
  const service = await startService([AnsweringController], options);
  const client = new ClientKafka(options);
  client.subscribeToResponseOf(TOPIC);
  await client.connect();
  kafka.faults.inject(fault);
  const answers: unknown[] = [];
  const payloads = Array.from({ length: WAVES * PER_WAVE }, (_, i) => `request ${i}`);
  for (let wave = 0; wave < WAVES; wave++) {
    const asked = payloads.slice(wave * PER_WAVE, (wave + 1) * PER_WAVE);
    const settled = await Promise.allSettled(asked.map(payload => firstValueFrom(client.send(TOPIC, payload))));
    answers.push(...settled.map(each => (each.status === 'fulfilled' ? each.value : String(each.reason))));
    if (wave === 0) {
      // What was open breaks as well, so that everything is asked for anew.
      kafka.dropConnections();
    }
  }
  await client.close();
  await service.close();
  await kafka.stop();
  return { answers, neverHandled: payloads.filter(payload => !handled.has(payload)) };
}

describe.each<Routing>(['direct', 'group'])('With %s replies every request is answered while a broker', routing => {
  it.each<[string, (api: string) => Partial<Fault>]>([
    ['cuts connections before the work', () => ({ close: true })],
    ['cuts connections after the work', () => ({ dropAnswer: true })],
    ['sends halves of answers', () => ({ truncateAnswer: true })],
    ['answers twice', () => ({ duplicateAnswer: true })],
    ['answers later than requestTimeout', () => ({ delayMs: 1_400 })],
    [
      'answers with errors that pass',
      api => (PASSING_ERRORS[api] === undefined ? { delayMs: 20 } : { errorCode: PASSING_ERRORS[api] }),
    ],
  ])('%s, whatever the API', { timeout: 100_000 }, async (_name, effectOn) => {
    const outcomes = await Promise.all(
      APIS.map(async api => [api, await askUnder(routing, { api, count: HITS, ...effectOn(api) })] as const),
    );
    const answers = Array.from({ length: WAVES * PER_WAVE }, (_, i) => `request ${i} answered`);
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(APIS.map(api => [api, { answers, neverHandled: [] }])),
    );
  });
});
