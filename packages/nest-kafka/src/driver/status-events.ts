import { KafkaStatus } from './kafka-status.js';
import type { Producer } from './kafka-types.js';

/** Receives each status in the order in which the engine reports them. */
export type StatusListener = (status: KafkaStatus) => void;

/** Forwards a producer's life to a status stream. */
export function forwardProducerStatus(producer: Producer, emit: StatusListener): void {
  const { events } = producer;
  producer.on(events.CONNECT, () => emit(KafkaStatus.CONNECTED));
  producer.on(events.DISCONNECT, () => emit(KafkaStatus.DISCONNECTED));
}
