import type { Consumer as KafkaJSConsumer, ConsumerConfig as KafkaJSConfig, PartitionAssigner } from 'kafkajs';
import type { Consumer } from './consumer.js';
import type { ConsumerConfig } from './consumer-types.js';

/** Fails to compile unless `Given` may stand where `Wanted` is asked for. */
type Fits<Given extends Wanted, Wanted> = Given;

export type ConsumerIsKafkaJSConsumer = Fits<Consumer, KafkaJSConsumer>;
export type KafkaJSConfigIsOurs = Fits<KafkaJSConfig, ConsumerConfig>;
export type KafkaJSAssignerIsOurs = Fits<PartitionAssigner[], NonNullable<ConsumerConfig['partitionAssigners']>>;
