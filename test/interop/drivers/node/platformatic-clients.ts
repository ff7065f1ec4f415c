import {
  Admin,
  Consumer,
  Producer,
  stringSerializers,
  type ConsumerOptions,
  type MessagesStream,
  type ProducerOptions,
} from '@platformatic/kafka';
import type { Scene } from './scenario-loop.ts';

type Bytes = Buffer;
export type BytesConsumer = Consumer<Bytes, Bytes, Bytes, Bytes>;
export type BytesStream = MessagesStream<Bytes, Bytes, Bytes, Bytes>;
export type TextProducer = Producer<string, string, string, string>;

const base = ({ bootstrap }: Scene) => ({
  clientId: 'interop',
  bootstrapBrokers: bootstrap.split(','),
  retryDelay: 100,
});

export const adminOf = (scene: Scene): Admin => new Admin(base(scene));

export const textProducer = (
  scene: Scene,
  options: Partial<ProducerOptions<string, string, string, string>> = {},
): TextProducer => new Producer({ ...base(scene), serializers: stringSerializers, idempotent: true, ...options });

/** Quick rebalances: heartbeats are where a classic member learns of them. A KIP-848 group's are the broker's affair. */
export function consumerOf(
  scene: Scene,
  groupId: string,
  protocol: string,
  options: { readonly isolationLevel?: 0 | 1 } = {},
): BytesConsumer {
  const quick = { ...base(scene), groupId, maxWaitTime: 100, minBytes: 1, autocommit: false, ...options };
  const membership =
    protocol === 'consumer'
      ? { groupProtocol: 'consumer' as const }
      : { sessionTimeout: 10_000, rebalanceTimeout: 10_000, heartbeatInterval: 200 };
  return new Consumer({ ...quick, ...membership } as ConsumerOptions<Bytes, Bytes, Bytes, Bytes>);
}

/** A topic whose records have timestamps of long ago, and would soon be deleted for their age. */
export const keepingOldRecords = [{ name: 'retention.ms', value: '-1' }];

/** The committed offsets of a group by partition. */
export async function committedOffsets(admin: Admin, groupId: string, topic: string): Promise<number[]> {
  const [group] = await admin.listConsumerGroupOffsets({ groups: [groupId] });
  const partitions = group?.topics.find(({ name }) => name === topic)?.partitions ?? [];
  return partitions
    .toSorted((a, b) => a.partitionIndex - b.partitionIndex)
    .map(({ committedOffset }) => Number(committedOffset));
}
