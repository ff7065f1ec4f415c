import {
  ClientKafka as BuiltInClient,
  type CustomTransportStrategy,
  ServerKafka as BuiltInServer,
} from '@nestjs/microservices';
import { ClientKafka, kafkaServer, type KafkaTransportOptions } from 'nest-kafka';
import type { Observable } from 'rxjs';

/** What a load needs of a client. */
export interface LoadClient {
  subscribeToResponseOf(pattern: string): void;
  connect(): Promise<unknown>;
  emit(pattern: string, data: object): Observable<unknown>;
  send<T>(pattern: string, data: object): Observable<T>;
  close(): Promise<unknown>;
}

/** A Kafka transport of Nest: what a run puts under load. */
export interface Transport {
  readonly name: 'ours' | 'built-in';
  createServer(options: KafkaTransportOptions): CustomTransportStrategy;
  createClient(options: KafkaTransportOptions): LoadClient;
}

export const OURS: Transport = {
  name: 'ours',
  createServer: options => kafkaServer(options).strategy,
  createClient: options => new ClientKafka(options),
};

/** Nest's own transport on KafkaJS. Options that only ours has mean nothing to it. */
export const BUILT_IN: Transport = {
  name: 'built-in',
  createServer: options => new BuiltInServer(options),
  createClient: options => new BuiltInClient(options),
};

const TRANSPORTS: readonly Transport[] = [OURS, BUILT_IN];

export function transportNamed(name: string): Transport {
  const transport = TRANSPORTS.find(candidate => candidate.name === name);
  if (transport === undefined) {
    throw new Error(`There is no transport "${name}", only ${TRANSPORTS.map(known => known.name).join(' and ')}`);
  }
  return transport;
}
