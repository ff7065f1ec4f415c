import { Controller } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClientKafka, EventPattern, MessagePattern, Payload } from '../src/index.js';
import { type Ground, startGround } from './ground.js';
import { startService } from './service.js';

const CLOSES = 20;

let ground: Ground;

beforeAll(async () => {
  ground = await startGround();
});

afterAll(() => ground?.stop());

it(
  'close() under load, 20 times: nothing acknowledged is lost, nothing is handled twice, every request settles',
  { timeout: 60_000 },
  async () => {
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
    const enough = new AbortController();
    const load = (async () => {
      for (let i = 0; !enough.signal.aborted; i++) {
        await firstValueFrom(client.emit(events, { key: `${i}`, value: `event ${i}` }));
        acknowledged.push(`event ${i}`);
        asked.push(firstValueFrom(client.send<string>(requests, { key: `${i}`, value: `request ${i}` })));
        await sleep(2);
      }
    })();

    const group = ground.options(ground.unique('often'));
    for (let i = 0; i < CLOSES; i++) {
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

    expect(answers.map(answer => (answer.status === 'fulfilled' ? answer.value : answer.reason))).toEqual(
      asked.map((_, i) => `request ${i} answered`),
    );
    expect(acknowledged.length).toBeGreaterThan(CLOSES * 10);
    // A calm close commits what it has drained, so not even what was in flight comes twice.
    expect(handled).toHaveLength(acknowledged.length);
  },
);
