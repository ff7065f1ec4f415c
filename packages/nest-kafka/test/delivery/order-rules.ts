import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Ground } from '../ground.js';
import { PolicyBench } from './policy-server.js';

const PATIENCE = { timeout: 20_000 };

/** `order` and `concurrency`. */
export function orderRules(ground: () => Ground): void {
  describe('order', () => {
    let bench: PolicyBench;
    afterEach(() => bench.end());

    it("of 'key': many at once from one partition, and each key in its order", async () => {
      bench = await PolicyBench.open(ground());
      const byKey = new Map<string, number[]>();
      let [running, most, handled] = [0, 0, 0];
      const messages = Array.from({ length: 400 }, (_, i) => [`key ${i % 20}`, String(i)] as const);
      await bench.send(messages);
      await bench.member({ order: 'key', concurrency: 15 }, async (data, context) => {
        most = Math.max(most, ++running);
        await sleep(1 + (Number(data) % 5));
        const key = String(context.getMessage().key);
        byKey.set(key, [...(byKey.get(key) ?? []), Number(data)]);
        running--;
        handled++;
      });
      await expect.poll(() => handled, PATIENCE).toBe(400);
      expect(most).toBe(15);
      for (const seen of byKey.values()) {
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      }
      await expect.poll(() => bench.committed(), PATIENCE).toBe(400);
    });

    it("of 'key': a message that fails holds back its key, and no other", async () => {
      bench = await PolicyBench.open(ground());
      const seen: string[] = [];
      const values = ['a0', 'b0', 'a1', 'b1', 'a2', 'b2'];
      await bench.send(values.map(value => [value.charAt(0), value]));
      await bench.member({ order: 'key', concurrency: 10 }, async (data, context) => {
        seen.push(`${data}#${context.getAttempt()}`);
        if (data === 'a0' && context.getAttempt() < 3) {
          throw new Error('not yet');
        }
      });
      await expect.poll(() => seen.includes('a2#1'), PATIENCE).toBe(true);
      expect(seen.filter(data => data.startsWith('a'))).toEqual(['a0#1', 'a0#2', 'a0#3', 'a1#1', 'a2#1']);
      expect(seen.filter(data => data.startsWith('b'))).toEqual(['b0#1', 'b1#1', 'b2#1']);
      expect(seen.indexOf('b2#1')).toBeLessThan(seen.indexOf('a0#2'));
      await expect.poll(() => bench.committed(), PATIENCE).toBe(6);
    });

    it("of 'key': messages without a key wait for nobody", async () => {
      bench = await PolicyBench.open(ground());
      const waiting: (() => void)[] = [];
      await bench.send(Array.from({ length: 12 }, (_, i) => String(i)));
      await bench.member({ order: 'key', concurrency: 10 }, () => new Promise<void>(resolve => waiting.push(resolve)));
      await expect.poll(() => waiting.length, PATIENCE).toBe(10);
      waiting.forEach(done => done());
      await expect.poll(() => waiting.length, PATIENCE).toBe(12);
      waiting.forEach(done => done());
      await expect.poll(() => bench.committed(), PATIENCE).toBe(12);
    });

    it("of 'none': as many at once as `concurrency` says, and one that fails holds back nobody", async () => {
      bench = await PolicyBench.open(ground());
      const done: string[] = [];
      let [running, most] = [0, 0];
      await bench.send(Array.from({ length: 60 }, (_, i) => ['one key', String(i)] as const));
      await bench.member({ order: 'none', concurrency: 7 }, async (data, context) => {
        most = Math.max(most, ++running);
        await sleep(2);
        running--;
        if (data === '0' && context.getAttempt() < 4) {
          throw new Error('not yet');
        }
        done.push(data);
      });
      await expect.poll(() => done.length, PATIENCE).toBe(60);
      expect([most, done.at(-1)]).toEqual([7, '0']);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(60);
    });

    it("of 'partition': one at a time, and one that fails holds back its partition and no other", async () => {
      bench = await PolicyBench.open(ground(), 2);
      const seen: string[] = [];
      await bench.send(['a0', 'a1'], 0);
      await bench.send(['b0', 'b1', 'b2'], 1);
      await bench.member({ order: 'partition' }, async (data, context) => {
        seen.push(data);
        if (data === 'a0' && context.getAttempt() < 3) {
          throw new Error('not yet');
        }
      });
      await expect.poll(() => seen.length, PATIENCE).toBe(7);
      expect(seen.filter(data => data.startsWith('a'))).toEqual(['a0', 'a0', 'a0', 'a1']);
      expect(seen.filter(data => data.startsWith('b'))).toEqual(['b0', 'b1', 'b2']);
    });

    it("of 'key': a rebalance repeats nothing that is done, and keys stay in order over it", async () => {
      bench = await PolicyBench.open(ground(), 2);
      const done: string[] = [];
      const begun: string[] = [];
      const handler = async (data: string): Promise<void> => {
        begun.push(data);
        await sleep(3);
        done.push(data);
      };
      const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
      const values = Array.from({ length: 10 }, (_, n) => keys.map(key => [key, `${key}:${n}`] as const)).flat();
      await bench.send(values, 0);
      await bench.send(
        values.map(([key, value]) => [`x${key}`, `x${value}`] as const),
        1,
      );
      const policy = { order: 'key', concurrency: 10 } as const;
      await bench.member(policy, handler);
      await expect.poll(() => done.length, PATIENCE).toBeGreaterThan(50);
      const { server } = await bench.member(policy, handler);
      await expect.poll(() => done.length, PATIENCE).toBeGreaterThan(400);
      await bench.close(server);
      await expect.poll(() => new Set(done).size, PATIENCE).toBe(800);
      expect(begun).toHaveLength(800);
      for (const key of [...keys, ...keys.map(name => `x${name}`)]) {
        const numbers = done.filter(value => value.startsWith(`${key}:`)).map(value => Number(value.split(':')[1]));
        expect(numbers).toEqual(Array.from({ length: 10 }, (_, n) => n));
      }
    });
  });
}
