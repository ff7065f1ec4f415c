import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { IntegrityCluster } from './integrity-cluster.js';
import { OffsetWatch } from './offset-watch.js';

it('The watch of committed offsets tells which went back, and not what was never committed', async () => {
  const answers = [
    ['-1', '5'],
    ['3', '7'],
    ['4', '6'],
  ];
  let asked = 0;
  const admin = {
    fetchOffsets: async () => {
      const offsets = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked++;
      return [{ topic: 't', partitions: offsets.map((offset, partition) => ({ partition, offset })) }];
    },
  };
  const cluster = { withAdmin: (work: (given: typeof admin) => Promise<void>) => work(admin) };
  const watch = new OffsetWatch(cluster as unknown as IntegrityCluster, 'g', ['t'], 1);
  watch.start();
  while (asked < answers.length + 2) {
    await wait(2);
  }
  expect(await watch.end()).toBe(2);
  expect(watch.setBack).toEqual(['t[1]: 7 -> 6']);
});
