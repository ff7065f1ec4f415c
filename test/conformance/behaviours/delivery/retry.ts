import { BadRequestException, Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';
import { expect } from 'vitest';
import type { Subject } from '../../frame/behaviour.js';
import { listen, PATIENCE } from './delivery-scene.js';

class Fatal extends Error {}
class Passing extends Error {}

@Catch()
class Renaming implements ExceptionFilter {
  catch(): unknown {
    return throwError(() => new Error('renamed by a filter'));
  }
}

const fails =
  (error: () => unknown, attempts = Infinity) =>
  (payload: unknown, attempt: number) => {
    if (payload === 'bad' && attempt <= attempts) throw error();
  };

export const retry: Subject = {
  name: 'delivery: retry in place',
  behaviours: [
    {
      says: 'a message that fails is delivered again, counted, until it succeeds, and the next one waits',
      source: 'issue 9: retry; peers row 5',
      async prove(stage) {
        const policy = { retry: { attempts: 5, delay: 20 }, deadLetter: false } as const;
        const listening = await listen(stage, { policy, handle: fails(() => new Passing('away'), 2) });
        await stage.produce(listening.topic, { value: 'bad' }, { value: 'next' });
        await expect.poll(() => listening.payloads().at(-1), PATIENCE).toBe('next');
        expect(listening.seen.map(({ payload, attempt }) => [payload, attempt])).toEqual([
          ['bad', 1],
          ['bad', 2],
          ['bad', 3],
          ['next', 1],
        ]);
        expect(listening.events.map(({ type, attempt }) => [type, attempt])).toEqual([
          ['retried', 1],
          ['retried', 2],
        ]);
      },
    },
    {
      says: 'the delay before each delivery grows by the factor',
      source: 'issue 9: exponential backoff',
      async prove(stage) {
        const policy = { retry: { attempts: 3, delay: 150, factor: 3, jitter: 0 }, deadLetter: false } as const;
        const listening = await listen(stage, { policy, handle: fails(() => new Passing('away')) });
        await stage.produce(listening.topic, { value: 'bad' });
        await expect.poll(() => listening.seen.length, PATIENCE).toBe(3);
        const [first = 0, second = 0, third = 0] = listening.seen.map(({ at }) => at);
        // Timers may fire a little early, by the clock's grain.
        expect(second - first).toBeGreaterThan(145);
        expect(third - second).toBeGreaterThan(445);
        expect(listening.events.map(({ retryIn }) => retryIn)).toEqual([
          150,
          450,
          ...listening.events.slice(2).map(() => undefined),
        ]);
      },
    },
    {
      says: 'a message that waits for its next delivery holds back its own partition and no other',
      source: 'issue 9: order kept; user-pain 11',
      async prove(stage) {
        const policy = { retry: { attempts: 2, delay: 60_000 }, deadLetter: false } as const;
        const listening = await listen(stage, { policy, partitions: 2, handle: fails(() => new Passing('away')) });
        await stage.produce(listening.topic, { value: 'bad', partition: 0 }, { value: 'behind', partition: 0 });
        await expect.poll(() => listening.events.length, PATIENCE).toBe(1);
        if (stage.ground.name.includes('driver kafkajs')) {
          // KafkaJS hands out one partition at a time by default.
          expect(listening.payloads()).toEqual(['bad']);
          return;
        }
        await stage.produce(listening.topic, { value: 'beside', partition: 1 });
        await expect.poll(() => listening.payloads(), PATIENCE).toEqual(['bad', 'beside']);
      },
    },
    {
      says: 'an exception of a fatal class is not tried again, by the class that the handler threw and not what filters made of it',
      source: 'issue 9: by exception class',
      async prove(stage) {
        const policy = { retry: { attempts: 5, delay: 20, fatal: [Fatal] }, deadLetter: false } as const;
        const setup = { policy, handle: fails(() => new Fatal('never again')) };
        for (const decorate of [() => undefined, (controller: never) => UseFilters(new Renaming())(controller)]) {
          const listening = await listen(stage, { ...setup, decorate: decorate as never });
          await stage.produce(listening.topic, { value: 'bad' }, { value: 'next' });
          await expect.poll(() => listening.payloads(), PATIENCE).toEqual(['bad', 'next']);
          expect(listening.events).toEqual([
            expect.objectContaining({ type: 'skipped', attempt: 1, error: { name: 'Fatal', message: 'never again' } }),
          ]);
          await listening.close();
        }
      },
    },
    {
      says: 'where retriable classes are named, only those are tried again',
      source: 'issue 9: by exception class',
      async prove(stage) {
        const policy = { retry: { attempts: 5, delay: 10, retriable: [Passing] }, deadLetter: false } as const;
        const handle = (payload: unknown, attempt: number): void => {
          if (payload === 'other') throw new Error('not named');
          if (payload === 'bad' && attempt < 3) throw new Passing('away');
        };
        const listening = await listen(stage, { policy, handle });
        await stage.produce(listening.topic, { value: 'other' }, { value: 'bad' }, { value: 'next' });
        await expect.poll(() => listening.payloads(), PATIENCE).toEqual(['other', 'bad', 'bad', 'bad', 'next']);
      },
    },
    {
      says: 'the refusal of a pipe is tried again where the policy takes it from the fatal ones',
      source: 'issue 9: validation failures; delivery guide',
      async prove(stage) {
        const policy = { retry: { attempts: 2, delay: 10, fatal: [] }, deadLetter: false } as const;
        const listening = await listen(stage, { policy, handle: fails(() => new BadRequestException('no')) });
        await stage.produce(listening.topic, { value: 'bad' }, { value: 'next' });
        await expect.poll(() => listening.payloads(), PATIENCE).toEqual(['bad', 'bad', 'next']);
      },
    },
    {
      says: 'a message that waits for its next delivery is delivered to who has the partition after a restart',
      source: 'issue 9: crash and rebalance; PRINCIPLES 1',
      async prove(stage) {
        const policy = { retry: { attempts: 9, delay: 60_000 }, deadLetter: false } as const;
        const first = await listen(stage, { policy, handle: fails(() => new Passing('away')) });
        await stage.produce(first.topic, { value: 'good' }, { value: 'bad' });
        await expect.poll(() => first.events.length, PATIENCE).toBe(1);
        const begun = performance.now();
        await first.close();
        expect(performance.now() - begun, 'closing does not wait for the delay').toBeLessThan(10_000);
        const second = await listen(stage, { policy, topic: first.topic, groupId: first.groupId });
        await expect.poll(() => second.seen.map(({ payload }) => payload), PATIENCE).toEqual(['bad']);
      },
    },
  ],
};
