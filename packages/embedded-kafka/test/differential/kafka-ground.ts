import { startKafka } from '../../../../scripts/kafka/index.ts';
import { surveyGround, type Ground } from './ground.js';

export interface KafkaGround extends AsyncDisposable {
  readonly ground: Ground;
}

/**
 * Apache Kafka with one node: the one that KAFKA_BROKERS names, or, if that is a larger cluster, one of our own. With
 * several nodes a conversation would have to look for leaders, and ours has one node too.
 */
export async function singleNodeKafka(): Promise<KafkaGround> {
  const address = process.env['KAFKA_BROKERS'] ?? '';
  if (address.includes(':') && !address.includes(',')) {
    const ground = await surveyGround('Apache Kafka', address);
    if (ground.nodeCount === 1) return { ground, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const cluster = await startKafka({ nodes: 1 });
  const ground = await surveyGround('Apache Kafka', cluster.brokers[0] ?? '');
  return { ground, [Symbol.asyncDispose]: () => cluster.stop() };
}
