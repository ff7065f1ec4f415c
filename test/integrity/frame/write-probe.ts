import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs-platformatic';
import { Silence } from '../record/silence.js';

/** Milliseconds between two attempts, and how long each may take. */
const EVERY = 100;
const PATIENCE = 1_000;
const PARTITIONS = 4;

/**
 * What any client could have written at best: every 100 ms a producer that is new, and so has no backoff, no connection and
 * no idea of the leaders left over, tries once to write to one of four partitions in turn, acknowledged by all in sync. While none
 * of these is acknowledged, the cluster takes nothing; what a transport is silent for beyond that is its own.
 */
export class WriteProbe {
  private readonly silence = new Silence();
  private readonly ended = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private probing: Promise<void> | undefined;

  constructor(
    private readonly brokers: readonly string[],
    private readonly topic: string,
  ) {}

  async start(): Promise<void> {
    const admin = this.kafka().admin({ retry: { retries: 5 } });
    await admin.connect();
    try {
      await admin.createTopics({
        waitForLeaders: true,
        topics: [{ topic: this.topic, numPartitions: PARTITIONS, replicationFactor: 3 }],
      });
    } finally {
      await admin.disconnect();
    }
    await this.attempt(0);
    this.silence.begin();
    this.probing = this.probe();
  }

  /** @returns the longest time in which no write was acknowledged, milliseconds */
  async end(): Promise<number> {
    this.silence.end();
    this.ended.abort();
    await this.probing;
    await Promise.all(this.underWay);
    return this.silence.longest;
  }

  private async probe(): Promise<void> {
    for (let turn = 0; !this.ended.signal.aborted; turn++) {
      const attempt = this.attempt(turn % PARTITIONS).catch(() => {
        // That it fails is what is measured.
      });
      this.underWay.add(attempt);
      void attempt.then(() => this.underWay.delete(attempt));
      await wait(EVERY);
    }
  }

  private async attempt(partition: number): Promise<void> {
    const producer = this.kafka().producer({ idempotent: false, retry: { retries: 0 } });
    try {
      await producer.connect();
      await producer.send({
        topic: this.topic,
        acks: -1,
        timeout: PATIENCE,
        messages: [{ partition, value: 'probe' }],
      });
      this.silence.heard();
    } finally {
      await producer.disconnect();
    }
  }

  private kafka(): Kafka {
    return new Kafka({
      clientId: 'integrity-probe',
      brokers: [...this.brokers],
      connectionTimeout: PATIENCE,
      requestTimeout: PATIENCE * 2,
      logLevel: logLevel.NOTHING,
    });
  }
}
