/** What KafkaJS's instrumentation tells of one request. Times in milliseconds; sizes in bytes. */
export interface RequestTimes {
  readonly broker: string;
  readonly clientId: string;
  readonly correlationId: number;
  readonly createdAt: number;
  readonly sentAt: number;
  readonly pendingDuration: number;
  readonly apiName: string;
  readonly apiKey: number;
  readonly apiVersion: number;
}

/** Receives what happens on connections. A payload is made only where `wants` says that somebody listens. */
export interface NetworkListener {
  wants(event: NetworkEvent): boolean;
  notify(event: 'REQUEST', payload: RequestTimes & { readonly duration: number; readonly size: number }): void;
  notify(event: 'REQUEST_TIMEOUT', payload: RequestTimes): void;
  notify(
    event: 'REQUEST_QUEUE_SIZE',
    payload: { readonly broker: string; readonly clientId: string; readonly queueSize: number },
  ): void;
}

export type NetworkEvent = 'REQUEST' | 'REQUEST_TIMEOUT' | 'REQUEST_QUEUE_SIZE';
