import { Kafka, type Producer } from 'kafkajs-platformatic';
import type { DeliveryPolicy, KafkaTransportOptions } from '../../src/index.js';
import { ServerKafka } from '../../src/index.js';
import type { KafkaContext } from '../../src/server/kafka-context.js';
import { DELIVERY } from '../../src/delivery/delivery.decorator.js';
import type { Ground } from '../ground.js';

export type Handler = (data: string, context: KafkaContext) => Promise<void> | void;

export interface Member {
  readonly server: ServerKafka;
  readonly logged: string[];
}

/** One topic, a group of servers that handle it by a policy, and what is needed to look at them. */
export class PolicyBench {
  private readonly servers = new Set<ServerKafka>();
  private readonly kafka: Kafka;
  private readonly producer: Producer;

  private constructor(
    private readonly ground: Ground,
    readonly topic: string,
    readonly group: string,
  ) {
    this.kafka = new Kafka({ brokers: ground.brokers, logLevel: 0 });
    this.producer = this.kafka.producer();
  }

  /** @param names those that are not to be names nobody else uses */
  static async open(
    ground: Ground,
    partitions = 1,
    names: { topic?: string; group?: string } = {},
  ): Promise<PolicyBench> {
    const { topic = ground.unique('policy'), group = ground.unique('group') } = names;
    const bench = new PolicyBench(ground, topic, group);
    await ground.createTopic(bench.topic, partitions);
    await bench.producer.connect();
    return bench;
  }

  /** A server of the group, which listens. */
  async member(
    policy: DeliveryPolicy,
    handler: Handler,
    more: KafkaTransportOptions = {},
    beforeListening: (server: ServerKafka) => void = () => undefined,
  ): Promise<Member> {
    const options = this.ground.options(this.group, {
      subscribe: { fromBeginning: true },
      run: { autoCommitInterval: 50 },
      ...more,
      consumer: { sessionTimeout: 10_000, rebalanceTimeout: 10_000, heartbeatInterval: 200, ...more.consumer },
    } as KafkaTransportOptions);
    const server = new ServerKafka(options);
    const logged: string[] = [];
    const log = (line: unknown): void => void logged.push(String(line));
    (server as unknown as { logger: object }).logger = { log, error: log, warn: log, debug: log };
    server.addHandler(this.topic, async (data: string, context: KafkaContext) => handler(data, context), true, {
      [DELIVERY]: policy,
    } as Record<string, unknown>);
    beforeListening(server);
    this.servers.add(server);
    await new Promise<void>((resolve, reject) => {
      void server.listen(error => (error === undefined ? resolve() : reject(error as Error)));
    });
    return { server, logged };
  }

  async close(server: ServerKafka): Promise<void> {
    this.servers.delete(server);
    await server.close();
  }

  async send(values: readonly (string | readonly [key: string, value: string])[], partition = 0): Promise<void> {
    const messages = values.map(value =>
      typeof value === 'string' ? { value, partition } : { key: value[0], value: value[1], partition },
    );
    await this.producer.send({ topic: this.topic, messages });
  }

  /** -1 if there is none. */
  async committed(partition = 0): Promise<number> {
    const admin = this.kafka.admin();
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId: `${this.group}-server`, topics: [this.topic] });
    await admin.disconnect();
    return Number(offsets?.partitions.find(found => found.partition === partition)?.offset ?? -1);
  }

  async end(): Promise<void> {
    await Promise.all([...this.servers].map(server => server.close()));
    await this.producer.disconnect();
  }
}
