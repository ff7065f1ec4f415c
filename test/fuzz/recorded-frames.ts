import { connect, type Socket } from 'node:net';
import { EmbeddedKafka } from 'embedded-kafka';
import { Kafka } from 'kafkajs-platformatic';
import { FrameSplitter, requestHead } from '../../packages/kafkajs-platformatic/test/support/frames.js';

/** The body of a response behind its correlation id. */
export interface RecordedFrame {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly body: Buffer;
}

const TOPIC = 'recorded';

/** What an embedded broker answers to a client that uses everything it has: the ground that mutations start from. */
export async function recordFrames(): Promise<RecordedFrame[]> {
  const embedded = await EmbeddedKafka.start({ topics: [{ name: TOPIC, partitions: 2 }] });
  const frames: RecordedFrame[] = [];
  const kafka = new Kafka({
    brokers: embedded.brokers,
    logLevel: 0,
    socketFactory: ({ host, port, onConnect }) => recording(connect({ host, port }, onConnect), frames),
  });
  const producer = kafka.producer();
  const transactional = kafka.producer({ transactionalId: 'recorded', maxInFlightRequests: 1 });
  const admin = kafka.admin();
  await Promise.all([producer.connect(), transactional.connect(), admin.connect()]);
  const headers = { one: 'h', twice: ['a', 'b'] };
  await producer.send({ topic: TOPIC, messages: [{ key: 'k', value: 'v'.repeat(200), headers }, { value: null }] });
  for (const groupProtocol of ['classic', 'consumer'] as const) {
    const consumer = kafka.consumer({ groupId: `group of ${groupProtocol}`, groupProtocol, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await new Promise<void>(resolve => {
      void consumer.run({ eachMessage: async () => resolve() });
    });
    await consumer.commitOffsets([{ topic: TOPIC, partition: 0, offset: '1' }]).catch(() => undefined);
    await consumer.describeGroup();
    await consumer.disconnect();
  }
  const transaction = await transactional.transaction();
  await transaction.send({ topic: TOPIC, messages: [{ value: 'in a transaction' }] });
  await transaction.sendOffsets({
    consumerGroupId: 'group of classic',
    topics: [{ topic: TOPIC, partitions: [{ partition: 0, offset: '1' }] }],
  });
  await transaction.commit();
  await admin.createTopics({ topics: [{ topic: 'other' }] });
  await admin.createPartitions({ topicPartitions: [{ topic: 'other', count: 2 }] });
  await admin.describeConfigs({ includeSynonyms: true, resources: [{ type: 2, name: TOPIC }] });
  await admin.listGroups();
  await admin.fetchOffsets({ groupId: 'group of classic', topics: [TOPIC] });
  await admin.fetchTopicOffsets(TOPIC);
  await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: '-1' }] });
  await admin.deleteGroups(['group of classic']);
  await admin.deleteTopics({ topics: ['other'] });
  await Promise.all([producer.disconnect(), transactional.disconnect(), admin.disconnect()]);
  await embedded.stop();
  return frames;
}

function recording(socket: Socket, frames: RecordedFrame[]): Socket {
  const asked = new Map<number, { apiKey: number; apiVersion: number }>();
  const requests = new FrameSplitter();
  const responses = new FrameSplitter();
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = ((chunk: Buffer, ...rest: unknown[]) => {
    for (const frame of requests.push(chunk)) {
      const { apiKey, apiVersion, correlationId } = requestHead(frame);
      asked.set(correlationId, { apiKey, apiVersion });
    }
    return write(chunk, ...rest);
  }) as typeof socket.write;
  socket.on('data', (chunk: Buffer) => {
    for (const frame of responses.push(chunk)) {
      const head = asked.get(frame.readInt32BE(4));
      if (head !== undefined) {
        frames.push({ ...head, body: Buffer.from(frame.subarray(8)) });
      }
    }
  });
  return socket;
}
