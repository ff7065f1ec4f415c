import { afterAll, afterEach, beforeAll } from 'vitest';
import { ClientKafka, type KafkaTransportOptions } from '../src/index.js';
import { type Ground, startGround } from './ground.js';

interface Closable {
  close(): Promise<unknown>;
}

/** A ground that lasts as long as one spec file, and knows what its tests opened. */
export interface SpecGround extends Omit<Ground, 'stop'> {
  /** Closes this after the test, what was opened last first. Returns it. */
  keep<T extends Closable>(closable: T): T;
  /** A new topic with a reply topic of one partition beside it. */
  requestTopic(name: string, partitions?: number): Promise<string>;
  /** A connected client that has announced these patterns. */
  caller(patterns: readonly unknown[], options?: KafkaTransportOptions): Promise<ClientKafka>;
}

/**
 * Call it at the top of a spec: it starts the ground before all tests, and stops it after them.
 *
 * @param external brokers to use in place of an embedded one
 */
export function specGround(external?: string[]): SpecGround {
  let started: Ground | undefined;
  const open: Closable[] = [];

  beforeAll(async () => {
    started = await startGround(...(external === undefined ? [] : [external]));
  });
  afterEach(async () => {
    for (const closable of open.splice(0).toReversed()) {
      await closable.close();
    }
  });
  afterAll(() => started?.stop());

  const ground = (): Ground => {
    if (started === undefined) {
      throw new Error('The ground of a spec is there only inside of its hooks and tests.');
    }
    return started;
  };
  return {
    get brokers() {
      return ground().brokers;
    },
    get driver() {
      return ground().driver;
    },
    get isEmbedded() {
      return ground().isEmbedded;
    },
    get direct() {
      return ground().direct;
    },
    createTopic: (name, partitions) => ground().createTopic(name, partitions),
    options: (name, more) => ground().options(name, more),
    unique: name => ground().unique(name),
    keep(closable) {
      open.push(closable);
      return closable;
    },
    async requestTopic(name, partitions = 1) {
      const topic = this.unique(name);
      await this.createTopic(topic, partitions);
      await this.createTopic(`${topic}.reply`, 1);
      return topic;
    },
    async caller(patterns, options) {
      const client = this.keep(new ClientKafka(this.options(this.unique('caller'), options)));
      for (const pattern of patterns) {
        client.subscribeToResponseOf(pattern);
      }
      await client.connect();
      return client;
    },
  };
}
