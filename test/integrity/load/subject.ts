import type { KafkaTransportOptions } from 'nest-kafka';
import type { Transport } from './transports.ts';

/** Options of KafkaJS's client that a scenario may set. */
export type ClientOptions = Partial<NonNullable<KafkaTransportOptions['client']>>;

/** Options of KafkaJS's consumer that a scenario may set for the services. */
export type ConsumerOptions = Partial<NonNullable<KafkaTransportOptions['consumer']>>;

/** One transport in one run: what its clients and services are made with, and the names that are its own on the cluster. */
export interface Subject {
  readonly transport: Transport;
  readonly brokers: readonly string[];
  readonly event: string;
  readonly request: string;
  /** The transports append `-server` and `-client` to it. */
  readonly group: string;
  readonly client?: ClientOptions;
  readonly consumer?: ConsumerOptions;
}

/** Each run has topics and groups of its own, so that nothing of another one reaches it. */
export function subjectOf(
  transport: Transport,
  brokers: readonly string[],
  run: string,
  { client = {}, consumer = {} }: Pick<Subject, 'client' | 'consumer'> = {},
): Subject {
  const prefix = `integrity.${run}.${transport.name}`;
  return {
    transport,
    brokers,
    event: `${prefix}.event`,
    request: `${prefix}.request`,
    group: prefix,
    client,
    consumer,
  };
}
