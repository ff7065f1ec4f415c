import { expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { SteppedClock } from '../stepped-clock.js';
import { Cluster } from './cluster.js';
import { LogMaintenance } from './log-maintenance.js';
import type { Partition } from './partition.js';

function ground() {
  const clock = new SteppedClock();
  const cluster = new Cluster(1);
  cluster.addNode({ id: 1, host: 'localhost', port: 9092, rack: null });
  const maintenance = new LogMaintenance(clock, cluster);
  const create = (name: string, configs: Record<string, string>): Partition => {
    const spec = { name, partitions: 1, replicationFactor: 1, assignments: [], configs: Object.entries(configs) };
    const topic = cluster.createTopic(spec);
    if ('errorCode' in topic) throw new Error(topic.reason);
    return topic.partitions[0]!;
  };
  const append = (partition: Partition): void => {
    partition.append(buildBatch({ timestamps: [clock.now()] }), clock.now());
  };
  return { clock, maintenance, create, append };
}

it('deletes what has expired, whenever it came', () => {
  const { clock, create, append } = ground();
  const short = create('short', { 'retention.ms': '2000' });
  clock.advance(1_500);
  append(short);
  clock.advance(1_900);
  expect(short.log.startOffset).toBe(0);
  clock.advance(1_200);
  expect(short.log.startOffset).toBe(1);
});

it('has one timer whatever there is to do, and seldom wakes for long retentions', () => {
  const { clock, maintenance, create, append } = ground();
  append(create('long', {}));
  append(create('longer', { 'retention.ms': '-1' }));
  expect(clock.pendingTimers).toBe(1);
  clock.advance(8 * 86_400_000);
  expect(clock.pendingTimers).toBe(1);
  maintenance.close();
  expect(clock.pendingTimers).toBe(0);
});
