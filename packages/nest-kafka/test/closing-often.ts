import { Controller } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstValueFrom } from 'rxjs';
import { expect } from 'vitest';
import { ClientKafka, EventPattern, MessagePattern, Payload } from '../src/index.js';
import type { Ground } from './ground.js';
import { startService } from './service.js';

/** Loops of the load, each one event and one request after the other. */
const LOOPS = 2;

export interface ClosingOften {
  closes: number;
  acknowledged: string[];
  handled: string[];
  /** What each request came to, in the order in which they were sent. */
  answers: PromiseSettledResult<string>[];
  /** What they should have come to. */
  expected: string[];
}

/** Closes a service under load, again and again, and starts it again each time; then lets everything settle. */
export async function closeOften(ground: Ground, closes: number): Promise<ClosingOften> {
  const events = ground.unique('often-events');
  const requests = ground.unique('often-requests');
  for (const topic of [events, requests]) {
    await ground.createTopic(topic, 3);
  }
  await ground.createTopic(`${requests}.reply`, 2);
  const handled: string[] = [];

  @Controller()
  class LoadedController {
    @EventPattern(events)
    async event(@Payload() payload: string): Promise<void> {
      await sleep(Math.random() * 6);
      handled.push(payload);
    }

    @MessagePattern(requests)
    async request(@Payload() payload: string): Promise<string> {
      await sleep(Math.random() * 6);
      return `${payload} answered`;
    }
  }
  const client = new ClientKafka(ground.options(ground.unique('often-client'), { requestTimeout: 40_000 }));
  client.subscribeToResponseOf(requests);
  await client.connect();

  const acknowledged: string[] = [];
  const asked: Promise<string>[] = [];
  const expected: string[] = [];
  const enough = new AbortController();
  let next = 0;
  const loop = async (): Promise<void> => {
    while (!enough.signal.aborted) {
      const i = next++;
      await firstValueFrom(client.emit(events, { key: `${i}`, value: `event ${i}` }));
      acknowledged.push(`event ${i}`);
      asked.push(firstValueFrom(client.send<string>(requests, { key: `${i}`, value: `request ${i}` })));
      expected.push(`request ${i} answered`);
      await sleep(2);
    }
  };
  const load = Promise.all(Array.from({ length: LOOPS }, loop));

  const group = ground.options(ground.unique('often'));
  for (let i = 0; i < closes; i++) {
    const app = await startService([LoadedController], group);
    const before = handled.length;
    await expect.poll(() => handled.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before + 10);
    await app.close();
    const atClose = handled.length;
    await sleep(20);
    expect(handled).toHaveLength(atClose);
  }
  enough.abort();
  await load;
  const last = await startService([LoadedController], group);
  const answers = await Promise.allSettled(asked);
  await expect.poll(() => new Set(handled).size, { timeout: 20_000 }).toBe(acknowledged.length);
  await last.close();
  await client.close();

  return { closes, acknowledged, handled, answers, expected };
}

/** What issue and page promise of `app.close()`; printed as well, because a promise is better with its figures. */
export function expectNothingLost({ closes, acknowledged, handled, answers, expected }: ClosingOften): void {
  const distinct = new Set(handled);
  process.stdout.write(
    `close() under load: ${closes} times; events: ${acknowledged.length} acknowledged, ${handled.length} handled, ` +
      `${acknowledged.filter(event => !distinct.has(event)).length} lost, ${handled.length - distinct.size} twice; ` +
      `requests: ${answers.length}, ${answers.filter(({ status }) => status === 'rejected').length} failed\n`,
  );
  expect(answers.map(answer => (answer.status === 'fulfilled' ? answer.value : answer.reason))).toEqual(expected);
  expect(acknowledged.length).toBeGreaterThan(closes * 10);
  // A calm close commits what it has drained, so not even what was in flight comes twice.
  expect(handled).toHaveLength(acknowledged.length);
}
