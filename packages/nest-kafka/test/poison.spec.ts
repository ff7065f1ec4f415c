import { Controller, type Type } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClientKafka, Ctx, EventPattern, type KafkaContext, Payload } from '../src/index.js';
import { type Ground, startGround } from './ground.js';
import { startService } from './service.js';

const EVENTS = 400;
const ROUNDS = 5;
const MOST_ROUNDS = 15;

let ground: Ground;

beforeAll(async () => {
  ground = await startGround();
});

afterAll(() => ground?.stop());

/** Two partitions of events, and poison on a third if there is to be any; `took` is how long the events took. */
async function start(poisoned: boolean) {
  const topic = ground.unique(poisoned ? 'poisoned' : 'clean');
  await ground.createTopic(topic, 3);
  const attempts: number[] = [];
  const { promise: finished, resolve: finish } = Promise.withResolvers<number>();
  let handled = 0;
  let begun = 0;

  @Controller()
  class WorkController {
    @EventPattern(topic)
    async handle(@Payload() payload: string, @Ctx() context: KafkaContext): Promise<void> {
      if (payload === 'poison') {
        attempts.push(context.getAttempt());
        throw new Error('poison');
      }
      begun ||= performance.now();
      await sleep(2);
      if (++handled === EVENTS) {
        finish(performance.now() - begun);
      }
    }
  }
  const app = await startService([WorkController as Type], ground.options(ground.unique('worker')));
  const client = new ClientKafka(ground.options(ground.unique('emitter'), { producerOnlyMode: true }));
  if (poisoned) {
    await firstValueFrom(client.emitBatch(topic, { messages: [{ value: 'poison', partition: 0 }] }));
    await expect.poll(() => attempts.length, { timeout: 15_000 }).toBeGreaterThan(1);
  }
  return {
    attempts,
    async emitAll(): Promise<void> {
      const messages = Array.from({ length: EVENTS }, (_, i) => ({ value: `event ${i}`, partition: 1 + (i % 2) }));
      await firstValueFrom(client.emitBatch(topic, { messages }));
    },
    took: finished,
    async close(): Promise<void> {
      await client.close();
      await app.close();
    },
  };
}

it(
  'a poison event takes no more than a tenth of the throughput of the partitions beside it',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!ground.direct, 'KafkaJS restarts its consumer after five failures in a row');
    const took: { clean: number; poisoned: number }[] = [];
    const ratio = (): number => median(took.map(({ clean, poisoned }) => poisoned / clean));
    // What else the machine does may spoil some rounds, but not the median of ever more of them.
    while (took.length < ROUNDS || (ratio() >= 1.1 && took.length < MOST_ROUNDS)) {
      // Side by side, so that what else the machine does slows both.
      const [clean, poisoned] = [await start(false), await start(true)] as const;
      await Promise.all([clean.emitAll(), poisoned.emitAll()]);
      took.push({ clean: await clean.took, poisoned: await poisoned.took });
      expect(poisoned.attempts).toEqual(poisoned.attempts.map((_, i) => i + 1));
      await Promise.all([clean.close(), poisoned.close()]);
    }
    process.stdout.write(
      `beside a poison event: ${rate(took.map(({ poisoned }) => poisoned))} events/s, without it: ` +
        `${rate(took.map(({ clean }) => clean))} events/s; median of the ratios of ${took.length} rounds: ${ratio().toFixed(3)}\n`,
    );
    expect(ratio()).toBeLessThan(1.1);
  },
);

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** Events a second. */
function rate(times: readonly number[]): number {
  return Math.round((EVENTS * 1_000) / median(times));
}
