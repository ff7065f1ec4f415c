import { expect, it } from 'vitest';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { until, wait } from './ground.js';
import type { RuleContext } from './rule-context.js';

/** What a consumer sees of transactions. */
export function abortedRules(context: RuleContext): void {
  /** One transaction after the other by one producer: `commit` or `abort` of the values given. */
  async function transact(topic: string, steps: readonly (readonly ['commit' | 'abort', string[]])[]): Promise<void> {
    const { ground } = context;
    const producer = ground.kafkajs.producer({
      transactionalId: ground.name('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    for (const [end, values] of steps) {
      const transaction = await producer.transaction();
      for (const value of values) {
        await transaction.send({ topic, messages: [{ value, partition: 0 }] });
      }
      await transaction[end]();
    }
    await producer.disconnect();
  }

  async function consumed(
    topic: string,
    config: Partial<ConsumerConfig>,
    last: string,
  ): Promise<{ values: string[]; groupId: string }> {
    const groupId = context.ground.name('group');
    const values: string[] = [];
    const consumer = await context.started(
      groupId,
      topic,
      value => void values.push(value.slice(0, 12).trimEnd()),
      config,
    );
    await until(() => values.includes(last), `message ${last}`);
    await wait(300);
    await consumer.disconnect();
    return { values, groupId };
  }

  it('shows no aborted message where one producer aborts and commits in turn, and commits past the markers', async () => {
    const topic = await context.ground.topic(1);
    await transact(topic, [
      ['abort', ['aborted 0']],
      ['commit', ['C1']],
      ['abort', ['aborted 2']],
      ['commit', ['C3']],
      ['abort', ['aborted 4']],
      ['commit', ['end']],
    ]);
    const { values, groupId } = await consumed(topic, {}, 'end');
    expect(values).toEqual(['C1', 'C3', 'end']);
    // Six messages and six markers.
    expect(await context.ground.committed(groupId, topic)).toEqual([12]);
  });

  it('shows no message of an aborted transaction that spans many fetches', async () => {
    const topic = await context.ground.topic(1);
    const big = 'x'.repeat(2_000);
    await transact(topic, [
      ['abort', Array.from({ length: 20 }, (_, i) => `aborted ${i} ${big}`)],
      ['commit', ['end']],
    ]);
    const { values } = await consumed(topic, { maxBytesPerPartition: 5_000, maxBytes: 5_000 }, 'end');
    expect(values).toEqual(['end']);
  });

  it('shows everything but the markers with readUncommitted', async () => {
    const topic = await context.ground.topic(1);
    await transact(topic, [
      ['abort', ['aborted 0']],
      ['commit', ['C1']],
    ]);
    const { values } = await consumed(topic, { readUncommitted: true }, 'C1');
    expect(values).toEqual(['aborted 0', 'C1']);
  });
}
