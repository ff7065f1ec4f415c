/**
 * Held by the compiler: what is built has KafkaJS's types. Code that was written against kafkajs compiles against this
 * package, and so does Nest's own transport.
 */
import type * as nest from '@nestjs/microservices/external/kafka.interface.js';
import type * as kafkajs from 'kafkajs';
import type * as ours from './index.js';

type Assignable<From extends To, To> = From;

/** The error that a missing or a changed member gives names the member. */
type Check<_Proofs extends readonly unknown[]> = true;

export type Proofs = Check<
  [
    // The whole client, where KafkaJS's or Nest's is asked for.
    Assignable<ours.Kafka, kafkajs.Kafka>,
    Assignable<ours.Kafka, nest.Kafka>,
    Assignable<ours.Producer, nest.Producer>,
    Assignable<ours.Consumer, nest.Consumer>,
    Assignable<ours.Admin, nest.Admin>,
    Assignable<ours.Transaction, kafkajs.Transaction>,
    Assignable<ours.Transaction, nest.Transaction>,
    Assignable<nest.KafkaConfig, ours.KafkaConfig>,
    Assignable<nest.ProducerConfig, ours.ProducerConfig>,
    Assignable<nest.ConsumerConfig, ours.ConsumerConfig>,
    Assignable<nest.ProducerRecord, ours.ProducerRecord>,
    // What an application hands in: KafkaJS's types are taken.
    Assignable<kafkajs.KafkaConfig, ours.KafkaConfig>,
    Assignable<kafkajs.ProducerConfig, ours.ProducerConfig>,
    Assignable<kafkajs.AdminConfig, ours.AdminConfig>,
    Assignable<kafkajs.Message, ours.Message>,
    Assignable<kafkajs.ProducerRecord, ours.ProducerRecord>,
    Assignable<kafkajs.ProducerBatch, ours.ProducerBatch>,
    Assignable<kafkajs.ITopicConfig, ours.ITopicConfig>,
    // What it gets back: it fits where KafkaJS's types are expected.
    Assignable<ours.Producer, kafkajs.Producer>,
    Assignable<ours.Admin, kafkajs.Admin>,
    Assignable<ours.ConnectEvent, kafkajs.ConnectEvent>,
    Assignable<ours.ConsumerCommitOffsetsEvent, kafkajs.ConsumerCommitOffsetsEvent>,
    Assignable<ours.ConsumerCrashEvent, kafkajs.ConsumerCrashEvent>,
    Assignable<ours.ConsumerFetchEvent, kafkajs.ConsumerFetchEvent>,
    Assignable<ours.ConsumerFetchStartEvent, kafkajs.ConsumerFetchStartEvent>,
    Assignable<ours.ConsumerGroupJoinEvent, kafkajs.ConsumerGroupJoinEvent>,
    Assignable<ours.ConsumerHeartbeatEvent, kafkajs.ConsumerHeartbeatEvent>,
    Assignable<ours.ConsumerRebalancingEvent, kafkajs.ConsumerRebalancingEvent>,
    Assignable<ours.ConsumerReceivedUnsubcribedTopicsEvent, kafkajs.ConsumerReceivedUnsubcribedTopicsEvent>,
    Assignable<ours.DisconnectEvent, kafkajs.DisconnectEvent>,
    Assignable<ours.RequestEvent, kafkajs.RequestEvent>,
    Assignable<ours.RequestQueueSizeEvent, kafkajs.RequestQueueSizeEvent>,
    Assignable<ours.RequestTimeoutEvent, kafkajs.RequestTimeoutEvent>,
    // Ours say that the first offset of an empty batch is null, as it is with KafkaJS, too.
    Assignable<kafkajs.ConsumerStartBatchProcessEvent, ours.ConsumerStartBatchProcessEvent>,
    Assignable<kafkajs.ConsumerEndBatchProcessEvent, ours.ConsumerEndBatchProcessEvent>,
    Assignable<ours.RecordMetadata, kafkajs.RecordMetadata>,
    Assignable<ours.KafkaMessage, kafkajs.KafkaMessage>,
    Assignable<ours.Logger, kafkajs.Logger>,
    Assignable<ours.PartitionMetadata, kafkajs.PartitionMetadata>,
    Assignable<ours.KafkaJSError, kafkajs.KafkaJSError>,
    Assignable<ours.KafkaJSProtocolError, kafkajs.KafkaJSProtocolError>,
    Assignable<ours.KafkaJSConnectionError, kafkajs.KafkaJSConnectionError>,
    Assignable<ours.KafkaJSNumberOfRetriesExceeded, kafkajs.KafkaJSNumberOfRetriesExceeded>,
    Assignable<ours.KafkaJSRequestTimeoutError, kafkajs.KafkaJSRequestTimeoutError>,
  ]
>;
