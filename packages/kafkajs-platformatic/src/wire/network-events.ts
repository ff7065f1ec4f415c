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

/** What each event carries. */
export interface NetworkPayloads {
  readonly REQUEST: RequestTimes & { readonly duration: number; readonly size: number };
  readonly REQUEST_TIMEOUT: RequestTimes;
  readonly REQUEST_QUEUE_SIZE: { readonly broker: string; readonly clientId: string; readonly queueSize: number };
}

export type NetworkEvent = keyof NetworkPayloads;

/** Receives what happens on connections. A payload is made only where `wants` says that somebody listens. */
export interface NetworkListener {
  wants(event: NetworkEvent): boolean;
  notify<Event extends NetworkEvent>(event: Event, payload: NetworkPayloads[Event]): void;
}
