import { describe, expect, it } from 'vitest';
import { PartitionAssigners } from '../assigners/index.js';
import { resolveClientConfig } from '../config/client-config.js';
import { Consumer } from './consumer.js';
import type { ConsumerConfig } from './consumer-types.js';

const client = resolveClientConfig({ brokers: ['127.0.0.1:1'], logLevel: 0, retry: { retries: 0 } });
const consumer = (config: Partial<ConsumerConfig> = {}): Consumer => new Consumer(client, { groupId: 'g', ...config });
const eachMessage = async (): Promise<void> => {};

describe('A consumer that is used wrongly', () => {
  it('lists every fault of its options in one error', () => {
    const bad = { groupId: '', minByte: 1, maxBytes: -1, partitionAssigners: [], retry: { retries: 'x' } } as never;
    expect(() => new Consumer(client, bad)).toThrow(
      /"groupId" must be.*"minByte", did you mean "minBytes".*"maxBytes" must be.*"partitionAssigners" must be.*"retry.retries" must be/s,
    );
    expect(() => consumer({ heartbeatInterval: 30_000 })).toThrow(
      'Consumer heartbeatInterval (30000) must be lower than sessionTimeout (30000)',
    );
  });

  it('names the options that the two group protocols exclude', () => {
    const { roundRobin } = PartitionAssigners;
    expect(() =>
      consumer({ groupProtocol: 'consumer', partitionAssigners: [roundRobin], heartbeatInterval: 1_000 }),
    ).toThrow(/"partitionAssigners" cannot be used with groupProtocol "consumer".*"heartbeatInterval" cannot be used/s);
    expect(() => consumer({ groupRemoteAssignor: 'range' })).toThrow(
      '"groupRemoteAssignor" needs groupProtocol "consumer"',
    );
    expect(() => consumer({ groupProtocol: 'newest' as never })).toThrow(
      `"groupProtocol" must be 'classic' or 'consumer'`,
    );
    expect(() => consumer({ groupProtocol: 'consumer', sessionTimeout: 2_000 })).not.toThrow();
  });

  it('needs a handler', async () => {
    await expect(consumer().run()).rejects.toThrow('one of "eachMessage" and "eachBatch" must be a function');
    await expect(consumer().run({ eachMessage, partitionsConsumedConcurrently: 0 })).rejects.toThrow(
      '"partitionsConsumedConcurrently" must be an integer of at least 1',
    );
  });

  it('connects by itself when it is run, and says which broker it cannot reach', async () => {
    await expect(consumer().run({ eachMessage })).rejects.toThrow(/127\.0\.0\.1:1/);
  });

  it('refuses topics that are none, with the messages of KafkaJS', async () => {
    await expect(consumer().subscribe({} as never)).rejects.toThrow('Missing required argument "topics"');
    await expect(consumer().subscribe({ topics: 'a' } as never)).rejects.toThrow('Argument "topics" must be an array');
    await expect(consumer().subscribe({ topics: [7] } as never)).rejects.toThrow(
      'Invalid topic 7 (number), the topic name has to be a String or a RegExp',
    );
  });

  it('refuses bad arguments, and calls that need a run, with the messages of KafkaJS', async () => {
    const unstarted = consumer();
    const notRunning = 'Consumer group was not initialized, consumer#run must be called first';
    expect(() => unstarted.seek({ topic: 't', partition: 0, offset: '0' })).toThrow(notRunning);
    expect(() => unstarted.pause([{ topic: 't' }])).toThrow(notRunning);
    expect(() => unstarted.resume([{ topic: 't' }])).toThrow(notRunning);
    expect(unstarted.paused()).toEqual([]);
    await expect(unstarted.commitOffsets([])).rejects.toThrow(notRunning);
    expect(() => unstarted.seek({ topic: '', partition: 0, offset: '0' })).toThrow('Invalid topic');
    expect(() => unstarted.seek({ topic: 't', partition: 0, offset: '-3' })).toThrow(
      'Offset must not be a negative number',
    );
    expect(() => unstarted.seek({ topic: 't', partition: 0, offset: 'x' })).toThrow(
      'Invalid offset, expected a long received x',
    );
    expect(() => unstarted.pause([{ topic: 't', partitions: [Number.NaN] }])).toThrow(
      'Array of valid partitions required to pause',
    );
    await expect(unstarted.commitOffsets([{ topic: 't', partition: 0, offset: '-1' }])).rejects.toThrow('negative');
    await expect(
      unstarted.commitOffsets([{ topic: 't', partition: 0, offset: '1', metadata: 5 as never }]),
    ).rejects.toThrow('Invalid offset metadata, expected string or null, received 5');
    expect(() => unstarted.on('consumer.nonsense' as never, () => {})).toThrow(
      'Event name should be one of consumer.events.HEARTBEAT',
    );
  });

  it('names the broker that it cannot reach, and may be closed all the same', async () => {
    const unreachable = consumer();
    await expect(unreachable.connect()).rejects.toThrow(/127\.0\.0\.1:1/);
    await unreachable.stop();
    await unreachable.disconnect();
  });
});
