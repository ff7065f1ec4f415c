import type { Consumer } from '../../src/consumer/consumer.js';
import type { ConsumerConfig, KafkaMessage } from '../../src/consumer/consumer-types.js';
import { Ground } from './ground.js';

export interface Pace {
  /** A short session, for what has to outlast it, in milliseconds. Elsewhere a busy machine must not end one. */
  readonly session: number;
  /** How long a handler blocks its partition, in milliseconds. */
  readonly blockade: number;
}

export const numbers = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => String(from + i));
export const text = (message: KafkaMessage): string => String(message.value);

/** What the rules of one broker share. */
export class RuleContext {
  readonly pace: Pace;
  readonly timing: {
    readonly sessionTimeout: number;
    readonly heartbeatInterval: number;
    readonly rebalanceTimeout: number;
  };
  #ground: Ground | null = null;

  constructor(pace: Pace) {
    this.pace = pace;
    this.timing = {
      sessionTimeout: 10_000,
      heartbeatInterval: 200,
      rebalanceTimeout: 10_000,
    };
  }

  get ground(): Ground {
    if (this.#ground === null) {
      throw new Error('The rules run before their ground is there');
    }
    return this.#ground;
  }

  async open(brokers: string[]): Promise<void> {
    this.#ground = await Ground.on(brokers);
  }

  async started(
    groupId: string,
    topic: string,
    handle: (value: string, partition: number, attempt: number, consumer: Consumer) => Promise<void> | void,
    config: Partial<ConsumerConfig> = {},
  ): Promise<Consumer> {
    const { heartbeatInterval, ...timing } = this.timing;
    const consumer = this.ground.consumer({
      groupId,
      ...timing,
      // With KIP-848 the broker says it.
      ...(config.groupProtocol === 'consumer' ? {} : { heartbeatInterval }),
      ...config,
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message, partition, attempt }) => handle(text(message), partition, attempt, consumer),
    });
    return consumer;
  }
}
