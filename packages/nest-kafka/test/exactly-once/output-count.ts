import { Kafka, logLevel } from 'kafkajs-platformatic';

const SENTINEL = 'end';

/** Counts how often readers of committed messages see each id of a topic. */
export class OutputCount {
  /** By id; counting stops at 255. */
  readonly times: Uint8Array;
  /** Ids seen at least once. */
  distinct = 0;
  private sentinels = 0;
  private readonly kafka: Kafka;
  private readonly consumer;

  constructor(
    brokers: readonly string[],
    private readonly topic: string,
    groupId: string,
    count: number,
  ) {
    this.times = new Uint8Array(count);
    this.kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.ERROR });
    this.consumer = this.kafka.consumer({ groupId });
  }

  async start(): Promise<void> {
    await this.consumer.subscribe({ topic: this.topic, fromBeginning: true });
    await this.consumer.run({
      eachMessage: async ({ message }) => {
        const value = String(message.value);
        if (value === SENTINEL) {
          this.sentinels++;
        } else {
          const id = Number(value);
          this.distinct += this.times[id] === 0 ? 1 : 0;
          this.times[id] = Math.min(255, (this.times[id] ?? 0) + 1);
        }
        await Promise.resolve();
      },
    });
  }

  /** Resolves when everything that is in the topic now has been counted. */
  async toTheEnd(partitions: number): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    const messages = Array.from({ length: partitions }, (_, partition) => ({ value: SENTINEL, partition }));
    await producer.send({ topic: this.topic, messages });
    await producer.disconnect();
    while (this.sentinels < partitions) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  close(): Promise<void> {
    return this.consumer.disconnect();
  }
}
