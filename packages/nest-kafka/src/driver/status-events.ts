import { KafkaStatus } from './kafka-status.js';
import type { Consumer, Producer } from './kafka-types.js';

/** Receives each status in the order in which the engine reports them. */
export type StatusListener = (status: KafkaStatus) => void;

/**
 * Forwards a consumer's life to a status stream. A member that has joined its group again is connected again: with the
 * built-in transport `rebalancing` and `crashed` stay the last word.
 */
export function forwardConsumerStatus(consumer: Consumer, emit: StatusListener): void {
  const { events } = consumer;
  consumer.on(events.CONNECT, () => emit(KafkaStatus.CONNECTED));
  consumer.on(events.DISCONNECT, () => emit(KafkaStatus.DISCONNECTED));
  consumer.on(events.REBALANCING, () => emit(KafkaStatus.REBALANCING));
  consumer.on(events.GROUP_JOIN, () => emit(KafkaStatus.CONNECTED));
  consumer.on(events.STOP, () => emit(KafkaStatus.STOPPED));
  consumer.on(events.CRASH, () => emit(KafkaStatus.CRASHED));
}

/** Forwards a producer's life to a status stream. */
export function forwardProducerStatus(producer: Producer, emit: StatusListener): void {
  const { events } = producer;
  producer.on(events.CONNECT, () => emit(KafkaStatus.CONNECTED));
  producer.on(events.DISCONNECT, () => emit(KafkaStatus.DISCONNECTED));
}
