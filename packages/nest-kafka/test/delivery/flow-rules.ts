import { afterEach, describe, expect, it } from 'vitest';
import type { Ground } from '../ground.js';
import { PolicyBench } from './policy-server.js';

const PATIENCE = { timeout: 20_000 };

/** `filter` and `rateLimit`. */
export function flowRules(ground: () => Ground): void {
  describe('flow', () => {
    let bench: PolicyBench;
    afterEach(() => bench.end());

    it('of a `filter`: what it does not want is done without the handler; when it throws, the message comes again', async () => {
      bench = await PolicyBench.open(ground());
      const seen: string[] = [];
      let failed = false;
      await bench.send(['0', '1', '2', '3']);
      await bench.member(
        {
          filter: ({ value, topic }) => {
            expect(topic).toBe(bench.topic);
            if (!failed && String(value) === '2') {
              failed = true;
              throw new Error('once');
            }
            return Number(value) % 2 === 0;
          },
        },
        data => void seen.push(data),
      );
      await expect.poll(() => bench.committed(), PATIENCE).toBe(4);
      expect(seen.map(Number)).toEqual([0, 2]);
    });

    it.each(['partition', 'key'] as const)(
      "of a `rateLimit` with order of '%s': never more in the time, over all partitions, and in order",
      async order => {
        bench = await PolicyBench.open(ground(), 2);
        const times: number[] = [];
        const seen: number[][] = [[], []];
        for (const partition of [0, 1]) {
          await bench.send(
            Array.from({ length: 12 }, (_, i) => ['key', String(i)] as const),
            partition,
          );
        }
        await bench.member({ order, rateLimit: { messages: 8, per: 300 } }, (data, context) => {
          times.push(performance.now());
          seen[context.getPartition()]?.push(Number(data));
        });
        await expect.poll(() => times.length, PATIENCE).toBe(24);
        for (let i = 8; i < times.length; i++) {
          // The limit looks at its clock a moment before the handler does.
          expect((times[i] ?? 0) - (times[i - 8] ?? 0)).toBeGreaterThan(250);
        }
        const inOrder = Array.from({ length: 12 }, (_, i) => i);
        expect(seen).toEqual([inOrder, inOrder]);
      },
    );

    it('of a `rateLimit`: a message that comes again waits for its turn again', async () => {
      bench = await PolicyBench.open(ground());
      const times: number[] = [];
      await bench.send(['0']);
      await bench.member(
        { rateLimit: { messages: 1, per: 300 }, retry: { attempts: 3, delay: 1 }, deadLetter: false },
        () => {
          times.push(performance.now());
          throw new Error('no');
        },
      );
      await expect.poll(() => bench.committed(), PATIENCE).toBe(1);
      expect(times).toHaveLength(3);
      // The limit looks at its clock a moment before the handler does.
      expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(500);
    });

    it('of a `rateLimit`: who waits for it holds up no close', async () => {
      bench = await PolicyBench.open(ground());
      let handled = 0;
      await bench.send(['0', '1', '2']);
      const { server } = await bench.member({ rateLimit: { messages: 1, per: 60_000 } }, () => void handled++);
      await expect.poll(() => handled, PATIENCE).toBe(1);
      const closing = Date.now();
      await bench.close(server);
      expect([handled, Date.now() - closing < 9_000]).toEqual([1, true]);
      expect(await bench.committed()).toBe(1);
    });
  });
}
