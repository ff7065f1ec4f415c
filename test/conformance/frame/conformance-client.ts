import type { ClientProxy, KafkaStatus } from '@nestjs/microservices';
import type { Observable } from 'rxjs';

/** What a behaviour may use of a client: the part of Nest's `ClientKafkaProxy` that every ground offers. */
export type ConformanceClient = ClientProxy<never, KafkaStatus> & {
  subscribeToResponseOf(pattern: unknown): void;
  emitBatch<TInput>(pattern: unknown, data: { messages: TInput[] }): Observable<unknown>;
};
