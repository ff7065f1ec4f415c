import { KafkaJSError, type ErrorSource } from './kafkajs-error.js';

export interface DeleteGroupsFailure {
  readonly groupId: string;
  readonly errorCode: number;
  readonly error: KafkaJSError;
}

/** Some groups of a deleteGroups call were refused. */
export class KafkaJSDeleteGroupsError extends KafkaJSError {
  override readonly name: string = 'KafkaJSDeleteGroupsError';
  readonly groups: readonly DeleteGroupsFailure[];

  constructor(source: ErrorSource, groups: readonly DeleteGroupsFailure[] = []) {
    super(source);
    this.groups = groups;
  }
}

export interface DeleteRecordsFailure {
  readonly partition: number;
  readonly offset: string;
  readonly error: KafkaJSError | null;
}

/** Some partitions of a deleteTopicRecords call were refused; retriable if all of them are. */
export class KafkaJSDeleteTopicRecordsError extends KafkaJSError {
  override readonly name: string = 'KafkaJSDeleteTopicRecordsError';
  readonly partitions: readonly DeleteRecordsFailure[];

  constructor({ partitions }: { readonly topic?: string; readonly partitions: readonly DeleteRecordsFailure[] }) {
    super('Error while deleting records', {
      retriable: partitions.every(({ error }) => error === null || error.retriable),
    });
    this.partitions = partitions;
  }
}
