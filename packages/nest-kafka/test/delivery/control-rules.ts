import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { InvalidOptionsError, NotConnectedError } from '../../src/index.js';
import type { Ground } from '../ground.js';
import { PolicyBench } from './policy-server.js';

const PATIENCE = { timeout: 20_000 };

/** `server.pause()`, `resume()` and `seekToTimestamp()`. */
export function controlRules(ground: () => Ground): void {
  describe('control', () => {
    let bench: PolicyBench;
    afterEach(() => bench.end());

    it('of a paused handler: it gets nothing until it is resumed, says so, and has lost nothing then', async () => {
      bench = await PolicyBench.open(ground());
      const seen: string[] = [];
      const { server } = await bench.member({ order: 'key', concurrency: 10 }, data => void seen.push(data));
      await bench.send(['0']);
      await expect.poll(() => seen.length, PATIENCE).toBe(1);
      server.pause(bench.topic);
      await bench.send(['1', '2']);
      await sleep(150);
      expect([seen, (await server.health()).paused]).toEqual([['0'], [bench.topic]]);
      server.resume(bench.topic);
      await expect.poll(() => seen, PATIENCE).toEqual(['0', '1', '2']);
      expect((await server.health()).paused).toEqual([]);
    });

    it('of a paused handler: it stays paused on partitions that a rebalance brings, also when it was paused first', async () => {
      bench = await PolicyBench.open(ground(), 2);
      const [first, second]: [string[], string[]] = [[], []];
      const one = await bench.member({}, data => void first.push(data));
      const two = await bench.member(
        {},
        data => void second.push(data),
        {},
        server => server.pause(bench.topic),
      );
      one.server.pause(bench.topic);
      await bench.send(['0', '1'], 0);
      await bench.send(['0', '1'], 1);
      await bench.close(two.server);
      await expect.poll(async () => (await one.server.health()).assignment[bench.topic]?.length, PATIENCE).toBe(2);
      await sleep(150);
      expect([first, second]).toEqual([[], []]);
      one.server.resume(bench.topic);
      await expect.poll(() => first.length, PATIENCE).toBe(4);
    });

    it('of a paused handler: what has failed comes again when it is resumed, and not before', async () => {
      bench = await PolicyBench.open(ground());
      const seen: string[] = [];
      await bench.send(['0', '1']);
      const { server } = await bench.member({ retry: { delay: 20 } }, (data, context) => {
        seen.push(`${data}#${context.getAttempt()}`);
        if (seen.length === 1) {
          server.pause(bench.topic);
          throw new Error('not yet');
        }
      });
      await expect.poll(() => seen.length, PATIENCE).toBe(1);
      await sleep(150);
      expect(seen).toEqual(['0#1']);
      server.resume(bench.topic);
      await expect.poll(() => seen, PATIENCE).toEqual(['0#1', '0#2', '1#1']);
    });

    it('of seekToTimestamp(): what was at or after the time is handled again, and the group has gone back', async () => {
      bench = await PolicyBench.open(ground());
      const seen: string[] = [];
      const handler = (data: string): void => void seen.push(data);
      const { server } = await bench.member({ order: 'key', concurrency: 10 }, handler);
      await bench.send(['0', '1']);
      await sleep(20);
      const time = new Date();
      await sleep(20);
      await bench.send(['2', '3']);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(4);
      expect(await server.seekToTimestamp(bench.topic, time)).toEqual([
        { topic: bench.topic, partition: 0, offset: '2' },
      ]);
      await expect.poll(() => seen, PATIENCE).toEqual(['0', '1', '2', '3', '2', '3']);
      server.pause(bench.topic);
      await server.seekToTimestamp(bench.topic, 0, [0]);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(0);
      expect(await server.seekToTimestamp(bench.topic, 0, [7])).toEqual([]);
      await bench.close(server);
      await bench.member({}, handler);
      await expect.poll(() => seen.length, PATIENCE).toBe(10);
    });

    it('of what there is not: it is refused, with what there is', async () => {
      bench = await PolicyBench.open(ground());
      const { server } = await bench.member({}, () => undefined);
      expect(() => server.pause('no.such.topic')).toThrow(InvalidOptionsError);
      expect(() => server.resume(/no/)).toThrow(bench.topic);
      await expect(server.seekToTimestamp(bench.topic, new Date('never'))).rejects.toThrow(/valid Date/);
      await bench.close(server);
      await expect(server.seekToTimestamp(bench.topic, 0)).rejects.toThrow(NotConnectedError);
    });
  });
}
