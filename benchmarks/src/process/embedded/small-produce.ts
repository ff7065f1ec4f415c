import { EmbeddedKafka } from 'embedded-kafka';
import { Kafka, logLevel } from 'kafkajs-platformatic';

/** A broker and its client in one process: one small message at a time, from `send` until it is acknowledged. */
const WARM_UP = 5_000;
const SENDS = 20_000;

export interface SmallProduce {
  readonly p50: number;
  readonly p99: number;
}

const kafka = await EmbeddedKafka.start({ topics: ['orders'] });
const producer = new Kafka({ clientId: 'bench', brokers: kafka.brokers, logLevel: logLevel.ERROR }).producer();
await producer.connect();
const times: number[] = [];
for (let count = 0; count < WARM_UP + SENDS; count++) {
  const before = performance.now();
  await producer.send({ topic: 'orders', messages: [{ value: 'small' }] });
  if (count >= WARM_UP) times.push(performance.now() - before);
}
await producer.disconnect();
const stored = await kafka.records('orders');
await kafka.stop();
if (stored.length !== WARM_UP + SENDS) throw new Error(`${stored.length} of ${WARM_UP + SENDS} records were stored`);
times.sort((a, b) => a - b);
const report: SmallProduce = { p50: times[SENDS / 2]!, p99: times[SENDS * 0.99]! };
process.send!(report);
