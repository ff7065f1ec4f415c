import { Kafka, logLevel, type Producer } from 'kafkajs-platformatic';

const CHUNK = 5_000;

/** A topic whose records are numbered from 0 on, over all partitions in turn. */
export class InputTopic {
  /** Records so far. */
  written = 0;

  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  /** Creates the topic, and the one that its records are copied to. */
  static async create(
    brokers: readonly string[],
    topics: readonly [input: string, output: string],
    partitions: number,
  ): Promise<InputTopic> {
    const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.ERROR });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      topics: topics.map(topic => ({ topic, numPartitions: partitions })),
      waitForLeaders: true,
    });
    await admin.disconnect();
    const producer = kafka.producer();
    await producer.connect();
    return new InputTopic(producer, topics[0], partitions);
  }

  async write(count: number): Promise<void> {
    for (const end = this.written + count; this.written < end;) {
      const messages = Array.from({ length: Math.min(CHUNK, end - this.written) }, (_, i) => ({
        value: String(this.written + i),
        partition: (this.written + i) % this.partitions,
      }));
      await this.producer.send({ topic: this.topic, messages });
      this.written += messages.length;
    }
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}
