import type { ProducerMessage, SendConfig } from '../driver/kafka-types.js';

/** What goes to `producer.send()`: the option `send` comes last, as in the built-in transport. */
export function produceRecord(topic: string, messages: ProducerMessage[], send: SendConfig | undefined) {
  return send === undefined ? { topic, messages } : { topic, messages, ...send };
}
