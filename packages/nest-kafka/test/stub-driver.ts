import type { EachMessagePayload, KafkaDriver, ProducerMessage } from '../src/index.js';

type EachMessage = (payload: EachMessagePayload) => Promise<void>;

/** One call of `producer.send()`. */
export interface Sent {
  topic: string;
  messages: ProducerMessage[];
}

/**
 * An engine without a broker, for what only an engine can do to the transport: fail a send, report a status, deliver at
 * a chosen moment. It records the order of the calls it gets.
 */
export class StubDriver {
  readonly calls: string[] = [];
  readonly sent: Sent[] = [];
  /** What the next sends do; afterwards they succeed. */
  readonly sendFailures: unknown[] = [];
  subscribed: unknown;
  runOptions: Record<string, unknown> = {};
  config: Record<string, unknown> = {};
  consumerConfig: Record<string, unknown> = {};
  connectFailure: unknown;
  private eachMessage: EachMessage | undefined;
  private readonly listeners = new Map<string, ((event: unknown) => void)[]>();

  readonly factory = (config: object): KafkaDriver => {
    this.config = { ...config };
    return this as unknown as KafkaDriver;
  };

  consumer(config: object): object {
    this.consumerConfig = { ...config };
    this.calls.push('consumer');
    return {
      events: names('consumer', 'CONNECT', 'DISCONNECT', 'REBALANCING', 'STOP', 'CRASH', 'GROUP_JOIN', 'HEARTBEAT'),
      on: this.on,
      connect: () => this.call('consumer.connect', 'consumer.CONNECT'),
      disconnect: () => this.call('consumer.disconnect', 'consumer.DISCONNECT'),
      stop: () => this.call('consumer.stop', 'consumer.STOP'),
      subscribe: (options: unknown) => {
        this.subscribed = options;
        return this.call('consumer.subscribe');
      },
      run: ({ eachMessage, ...options }: { eachMessage: EachMessage }) => {
        this.eachMessage = eachMessage;
        this.runOptions = options;
        return this.call('consumer.run');
      },
    };
  }

  producer(): object {
    this.calls.push('producer');
    return {
      events: names('producer', 'CONNECT', 'DISCONNECT'),
      on: this.on,
      connect: async () => {
        await this.call('producer.connect', 'producer.CONNECT');
        if (this.connectFailure !== undefined) {
          throw this.connectFailure;
        }
      },
      disconnect: () => this.call('producer.disconnect', 'producer.DISCONNECT'),
      send: async (record: Sent) => {
        this.sent.push(record);
        await Promise.resolve();
        if (this.sendFailures.length > 0) {
          throw this.sendFailures.shift();
        }
        return [];
      },
    };
  }

  /** Delivers a record; settles as the transport's `eachMessage` does. */
  async deliver(topic: string, value: unknown, headers: Record<string, string> = {}, offset = '0'): Promise<void> {
    const buffers = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]);
    await this.eachMessage?.({
      topic,
      partition: 0,
      message: {
        key: null,
        value: value === null ? null : Buffer.from(JSON.stringify(value)),
        timestamp: '0',
        attributes: 0,
        offset,
        headers: Object.fromEntries(buffers),
      } as never,
      heartbeat: () => Promise.resolve(),
      pause: () => () => undefined,
    });
  }

  emit(event: string, payload: unknown = {}): void {
    for (const listener of this.listeners.get(event) ?? []) {
      listener({ payload });
    }
  }

  private readonly on = (event: string, listener: (event: unknown) => void): (() => void) => {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return () => undefined;
  };

  private async call(name: string, event?: string): Promise<void> {
    this.calls.push(name);
    await Promise.resolve();
    if (event !== undefined) {
      this.emit(event);
    }
  }
}

/** Headers that make a record a request. */
export const request = { kafka_correlationId: 'id-1', kafka_replyTopic: 'topic.reply', kafka_replyPartition: '2' };

function names(owner: string, ...events: string[]): Record<string, string> {
  return Object.fromEntries(events.map(event => [event, `${owner}.${event}`]));
}
