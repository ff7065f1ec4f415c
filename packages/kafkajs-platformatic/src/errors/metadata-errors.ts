import { KafkaJSError, type ErrorSource } from './kafkajs-error.js';

/** The cluster's metadata has not been read yet. */
export class KafkaJSMetadataNotLoaded extends KafkaJSError {
  override readonly name: string = 'KafkaJSMetadataNotLoaded';
}

/** The metadata of one topic has not been read yet. */
export class KafkaJSTopicMetadataNotLoaded extends KafkaJSMetadataNotLoaded {
  override readonly name: string = 'KafkaJSTopicMetadataNotLoaded';
  declare readonly topic: string;

  constructor(source: ErrorSource, { topic }: { readonly topic?: string } = {}) {
    super(source);
    if (topic !== undefined) {
      this.topic = topic;
    }
  }
}

/** An assignment names partitions that the topic no longer has. */
export class KafkaJSStaleTopicMetadataAssignment extends KafkaJSError {
  override readonly name: string = 'KafkaJSStaleTopicMetadataAssignment';
  readonly topic: string;
  readonly unknownPartitions: readonly unknown[];

  constructor(
    source: ErrorSource,
    { topic, unknownPartitions }: { readonly topic: string; readonly unknownPartitions: readonly unknown[] },
  ) {
    super(source);
    this.topic = topic;
    this.unknownPartitions = unknownPartitions;
  }
}
