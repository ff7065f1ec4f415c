import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualAckContext } from '../../src/index.js';
import type { KafkaContext } from '../../src/server/kafka-context.js';
import type { Ground } from '../ground.js';
import { PolicyBench } from './policy-server.js';

const PATIENCE = { timeout: 20_000 };

function manual(context: KafkaContext): ManualAckContext {
  expect(context).toBeInstanceOf(ManualAckContext);
  return context as ManualAckContext;
}

/** `ack`. */
export function ackRules(ground: () => Ground): void {
  describe('ack', () => {
    let bench: PolicyBench;
    afterEach(() => bench.end());

    it("of 'manual': the offset waits for ack(), also long after the handler has returned", async () => {
      bench = await PolicyBench.open(ground());
      const contexts: ManualAckContext[] = [];
      await bench.send(['0', '1', '2']);
      const { server } = await bench.member({ ack: 'manual', order: 'none', concurrency: 10 }, (_, context) => {
        contexts.push(manual(context));
      });
      await expect.poll(() => contexts.length, PATIENCE).toBe(3);
      expect([contexts[1]?.ack(), contexts[1]?.ack(), contexts[2]?.ack()]).toEqual([true, false, true]);
      await sleep(100);
      expect(await bench.committed()).toBeLessThanOrEqual(0);
      const health = await server.health({ stuckAfter: 1 });
      expect(health).toMatchObject({ healthy: false, inFlight: 1, oldestUnacknowledged: { offset: '0' } });
      expect(contexts[0]?.ack()).toBe(true);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(3);
      expect(await server.health()).toMatchObject({ inFlight: 0, oldestUnacknowledged: undefined });
    });

    it("of 'manual': nack() has the message delivered again, after the delay that it names, and a throw too", async () => {
      bench = await PolicyBench.open(ground());
      const seen: string[] = [];
      await bench.send(['refused', 'thrown']);
      const started = Date.now();
      await bench.member(
        { ack: 'manual' },
        async (data, context) => {
          seen.push(`${data}#${context.getAttempt()}`);
          if (context.getAttempt() > 1) {
            manual(context).ack();
          } else if (data === 'refused') {
            manual(context).nack({ delay: 30 });
          } else {
            throw new Error('no');
          }
        },
        { consumer: { groupId: '', retry: { initialRetryTime: 1_000, maxRetryTime: 1_000 } } },
      );
      await expect.poll(() => seen.includes('thrown#1'), PATIENCE).toBe(true);
      expect(Date.now() - started).toBeLessThan(15_000);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(2);
      expect(seen).toEqual(['refused#1', 'refused#2', 'thrown#1', 'thrown#2']);
    });

    it("of 'manual': what throws after its ack() is done, and is told of in the log", async () => {
      bench = await PolicyBench.open(ground());
      await bench.send(['0']);
      let deliveries = 0;
      const { logged } = await bench.member({ ack: 'manual' }, async (_, context) => {
        deliveries++;
        manual(context).ack();
        throw new Error('too late');
      });
      await expect.poll(() => bench.committed(), PATIENCE).toBe(1);
      expect(deliveries).toBe(1);
      expect(logged.join('\n')).toMatch(/after its acknowledgement, which counts: too late/);
    });

    it("of 'manual': what is never acknowledged holds up no rebalance and no close, and comes again elsewhere", async () => {
      bench = await PolicyBench.open(ground());
      const first: ManualAckContext[] = [];
      const again: string[] = [];
      const policy = { ack: 'manual', order: 'none', concurrency: 10 } as const;
      await bench.send(['0', '1', '2']);
      const { server } = await bench.member(policy, (data, context) => {
        first.push(manual(context));
        if (data !== '1') {
          manual(context).ack();
        }
      });
      await expect.poll(() => first.length, PATIENCE).toBe(3);
      const joined = Date.now();
      const other = await bench.member(policy, (data, context) => {
        again.push(data);
        manual(context).ack();
      });
      expect(Date.now() - joined).toBeLessThan(9_000);
      const closing = Date.now();
      await bench.close(server);
      expect(Date.now() - closing).toBeLessThan(9_000);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(3);
      expect(again).toEqual(['1']);
      expect(first[1]?.ack()).toBe(false);
      await bench.close(other.server);
    });

    it.each(['partition', 'key', 'none'] as const)(
      "of 'receipt' with order of '%s': done before the handler runs; an error is logged, and the message lost",
      async order => {
        bench = await PolicyBench.open(ground());
        const before: number[] = [];
        const seen: string[] = [];
        const values = ['0', '1', '2', '3'];
        await bench.send(values.map(value => ['key', value]));
        const { logged } = await bench.member(
          { ack: 'receipt', order, ...(order === 'partition' ? {} : { concurrency: 2 }) },
          async data => {
            seen.push(data);
            before.push((await bench.committed()) - Number(data));
            if (data === '1') {
              throw new Error('lost for good');
            }
          },
        );
        await expect.poll(() => before.length, PATIENCE).toBe(4);
        await expect.poll(() => bench.committed(), PATIENCE).toBe(4);
        expect(Math.min(...before)).toBeGreaterThan(0);
        expect(order === 'none' ? seen.toSorted() : seen).toEqual(values);
        expect(logged.join('\n')).toMatch(/at offset 1 .* is lost: lost for good/);
      },
    );
  });
}
