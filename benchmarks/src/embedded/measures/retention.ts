import { Kafka, logLevel } from 'kafkajs-platformatic';
import { BrokerProcess } from '../broker-process.js';
import { atMost, megabytes, type Finding } from './measure.js';

const MESSAGE_BYTES = 256 * 1024;
const MESSAGES = 4 * 1024;
const RETAINED_BYTES = 16 * 1024 * 1024;
/** The broker itself, what is retained twice over, and what a garbage collector leaves lying around. */
const PEAK_BOUND_MB = 250;
const IN_FLIGHT = 8;

/** 1 GB through one partition that keeps 16 MiB of it in memory. */
export async function measureRetention(): Promise<readonly Finding[]> {
  const configs = { 'retention.bytes': String(RETAINED_BYTES) };
  const broker = await BrokerProcess.start({ topics: [{ name: 'big', configs }] });
  const client = new Kafka({ clientId: 'bench', brokers: [...broker.brokers], logLevel: logLevel.ERROR });
  const producer = client.producer();
  const admin = client.admin();
  try {
    const { rssMegabytes } = await broker.usage();
    await producer.connect();
    const value = Buffer.alloc(MESSAGE_BYTES, 'x');
    for (let sent = 0; sent < MESSAGES; sent += IN_FLIGHT) {
      await Promise.all(
        Array.from({ length: IN_FLIGHT }, () => producer.send({ topic: 'big', messages: [{ value }] })),
      );
    }
    const { peakRssMegabytes } = await broker.usage();
    await admin.connect();
    const [partition] = await admin.fetchTopicOffsets('big');
    if (Number(partition?.high) !== MESSAGES) throw new Error(`${partition?.high} of ${MESSAGES} messages are there`);
    if (Number(partition?.low) === 0) throw new Error('nothing was deleted: retention has not been measured');
    return [
      { title: '1 GB through one partition that keeps 16 MiB: RSS before', value: megabytes(rssMegabytes), aim: '' },
      atMost('· its peak', peakRssMegabytes, PEAK_BOUND_MB, megabytes),
    ];
  } finally {
    await producer.disconnect();
    await admin.disconnect();
    await broker.stop();
  }
}
