/**
 * Held by the compiler: what is built has KafkaJS's types. Code that was written against kafkajs compiles against this
 * package. Members that are not built yet are left out by name, here and in GAPS.md.
 */
import type * as kafkajs from 'kafkajs';
import type * as ours from './index.js';

type Assignable<From extends To, To> = From;

/** The error that a missing or a changed member gives names the member. */
type Check<_Proofs extends readonly unknown[]> = true;

export type Proofs = Check<
  [
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
