import 'reflect-metadata';
import type { INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Consumer, Kafka, type KafkaMessage, logLevel, type Message } from 'kafkajs';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import type { ConformanceClient } from './conformance-client.js';
import type { Ground, ServerStrategy, TransportOptions } from './ground.js';
import type { ExpectedTopic } from '../../../scripts/kafka/topic-probe.ts';
import { createTopics } from './topics.js';

const run = `${process.pid}-${Date.now().toString(36)}`;
let counter = 0;

export interface ServedApplication {
  readonly app: INestMicroservice;
  readonly strategy: ServerStrategy;
}

/** A message read back from the wire, by a client that knows nothing of Nest. */
export type WireMessage = KafkaMessage & { readonly topic: string; readonly partition: number };

export interface TopicOptions {
  /** Default 1. */
  readonly partitions?: number;
  /** Make the reply topic (`<topic>.reply`, one partition) too. Default true. */
  readonly replies?: boolean;
}

/** What one behaviour needs of its ground. Names are never used twice; everything that was opened is closed by `close`. */
export class Stage {
  readonly ground: Ground;
  readonly brokers: readonly string[];
  /** What the subject has opened for all of its behaviours. */
  readonly scene: unknown;
  readonly #kafka: Kafka;
  readonly #closers: (() => Promise<unknown>)[] = [];

  constructor(ground: Ground, brokers: readonly string[], scene?: unknown) {
    this.ground = ground;
    this.scene = scene;
    this.brokers = brokers;
    // The oracle's own driver, kept apart from the transports under test.
    this.#kafka = new Kafka({ brokers: [...brokers], clientId: 'conformance-stage', logLevel: logLevel.NOTHING });
  }

  /** A name that nobody used before on these brokers. */
  name(suffix: string): string {
    counter += 1;
    return `conformance.${run}.${counter}.${suffix}`;
  }

  /** Creates a topic, and its reply topic, and resolves when every broker knows them. */
  async topic(suffix: string, options: TopicOptions = {}): Promise<string> {
    const name = this.name(suffix);
    await this.createTopic(name, options);
    return name;
  }

  async createTopic(name: string, { partitions = 1, replies = true }: TopicOptions = {}): Promise<void> {
    const requests: ExpectedTopic[] = [{ topic: name, numPartitions: partitions }];
    if (replies) requests.push({ topic: `${name}.reply`, numPartitions: 1 });
    await createTopics(this.#kafka, this.brokers, requests);
  }

  /** A Nest microservice with these controllers on the ground's transport, listening. */
  async serve(controllers: Type[], options: TransportOptions = {}): Promise<ServedApplication> {
    const strategy = this.ground.createServer(this.#transportOptions(options));
    class ConformanceModule {}
    const app = await NestFactory.createMicroservice(
      { module: ConformanceModule, controllers },
      { strategy, logger: false, abortOnError: false },
    );
    this.#closers.push(() => app.close());
    await app.listen();
    return { app, strategy };
  }

  /** A connected client that expects replies of these patterns. */
  async client(patterns: readonly unknown[] = [], options: TransportOptions = {}): Promise<ConformanceClient> {
    const client = this.newClient(options);
    for (const pattern of patterns) client.subscribeToResponseOf(pattern);
    await client.connect();
    return client;
  }

  /** A client that is not connected yet. */
  newClient(options: TransportOptions = {}): ConformanceClient {
    const client = this.ground.createClient(this.#transportOptions(options));
    this.#closers.push(async () => client.close());
    return client;
  }

  /** Produces past all transports, as a foreign application would. */
  async produce(topic: string, ...messages: Message[]): Promise<void> {
    const producer = this.#kafka.producer();
    await producer.connect();
    try {
      await producer.send({ topic, messages });
    } finally {
      await producer.disconnect();
    }
  }

  /** Reads a topic past all transports, from its beginning; the array grows as messages come. */
  async read(topic: string): Promise<readonly WireMessage[]> {
    const read: WireMessage[] = [];
    const consumer: Consumer = this.#kafka.consumer({ groupId: this.name('reader'), maxWaitTimeInMs: 100 });
    this.#closers.push(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      // oxlint-disable-next-line typescript/require-await -- KafkaJS wants a promise
      eachMessage: async ({ topic, partition, message }) => void read.push({ ...message, topic, partition }),
    });
    return read;
  }

  /** Who is in this consumer group now. */
  async membersOf(groupId: string): Promise<readonly { readonly clientId: string }[]> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const { groups } = await admin.describeGroups([groupId]);
      return groups[0]?.members ?? [];
    } finally {
      await admin.disconnect();
    }
  }

  /** How many partitions topics have; none for a topic that does not exist. */
  async partitionsOf(...topics: string[]): Promise<Record<string, number>> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const existing = await admin.listTopics();
      const known = topics.filter(topic => existing.includes(topic));
      const { topics: found } = await admin.fetchTopicMetadata({ topics: known });
      return Object.fromEntries(found.map(({ name, partitions }) => [name, partitions.length]));
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    // Last opened, first closed: clients before the servers that answer them.
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${this.ground.name}: closing failed`);
  }

  #transportOptions(options: TransportOptions): TransportOptions {
    return {
      ...options,
      client: { brokers: [...this.brokers], clientId: 'conformance', ...options.client },
      // Short waits at the broker: a KafkaJS consumer stops only after its fetch in flight.
      consumer: { groupId: this.name('group'), maxWaitTimeInMs: 100, ...options.consumer },
      // Topics are new: from their beginning, nothing is missed while a group forms.
      subscribe: { fromBeginning: true, ...options.subscribe },
    };
  }
}

/** The one answer to a request. Rejects with what the transport gives as error. */
export const answerOf = <T = unknown>(reply: Observable<T>): Promise<T> => lastValueFrom(reply);

/** All values of a reply until it completes. */
export const answersOf = <T = unknown>(reply: Observable<T>): Promise<T[]> => lastValueFrom(reply.pipe(toArray()));
