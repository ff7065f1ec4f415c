import { Controller, type INestMicroservice } from '@nestjs/common';
import { EmbeddedKafka } from 'embedded-kafka';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ClientKafka, Delivery, EventPattern, MessagePattern, Payload } from '../src/index.js';
import { startService } from './service.js';

const HOUR = 3_600_000;
const ASKED = 'clock.asked';
const TOLD = 'clock.told';
const REQUESTS = 120;

let kafka: EmbeddedKafka;
let service: INestMicroservice;
let client: ClientKafka;
let deliveries: number[];

@Controller()
class ClockController {
  @MessagePattern(ASKED)
  answer(@Payload() payload: number): { payload: number } {
    return { payload };
  }

  @EventPattern(TOLD)
  @Delivery({ order: 'none', retry: { attempts: 4, delay: 50, in: 'topics' }, deadLetter: `${TOLD}.dlt` })
  told(): void {
    deliveries.push(performance.now());
    if (deliveries.length < 4) {
      throw new Error('not yet');
    }
  }
}

beforeEach(async () => {
  deliveries = [];
  kafka = await EmbeddedKafka.start({
    topics: [ASKED, `${ASKED}.reply`, TOLD].map(name => ({ name, partitions: 2 })),
    // A broker refuses what comes from more than an hour ahead of its clock, and this one shares ours.
    properties: { 'log.message.timestamp.after.max.ms': 3 * HOUR },
  });
  const brokers = { client: { brokers: kafka.brokers } };
  const group = { groupId: 'clock', sessionTimeout: 6_000, heartbeatInterval: 200 };
  service = await startService([ClockController], { ...brokers, consumer: group });
  client = new ClientKafka({ ...brokers, consumer: group, requestTimeout: 10_000 });
  await client.connect();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await client.close();
  await service.close();
  await kafka.stop();
});

it.each([
  ['forward by an hour', [HOUR]],
  ['back by an hour', [-HOUR]],
  ['to and fro by an hour', [HOUR, -HOUR, 0]],
])('A clock that is set %s under load costs no request, and no wait its length', async (_name, jumps) => {
  const now = Date.now.bind(Date);
  let ahead = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  await firstValueFrom(client.emit(TOLD, 1));
  const answers: Promise<{ payload: number }>[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    if (i % 20 === 10) {
      ahead = jumps[Math.floor(i / 20) % jumps.length] ?? 0;
    }
    answers.push(firstValueFrom(client.send<{ payload: number }>(ASKED, i)));
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  expect(await Promise.all(answers)).toEqual(
    Array.from({ length: REQUESTS }, (_, payload) => ({ payload: String(payload) })),
  );
  await vi.waitFor(() => expect(deliveries).toHaveLength(4), { timeout: 15_000, interval: 20 });
});
