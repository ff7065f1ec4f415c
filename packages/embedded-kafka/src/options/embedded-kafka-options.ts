import type { KafkaRelease } from '../api/kafka-release.js';
import type { Clock } from '../clock.js';
import type { ControlOptions } from '../control/control-options.js';
import type { Logger } from '../logger.js';
import type { AuthorizerOptions } from '../security/acl/acl-options.js';
import type { ListenerOptions } from '../security/listener-options.js';
import type { FsyncPolicy } from '../storage/data-directory.js';
import type { NodeOptions } from './node-options.js';
import type { BrokerProperties } from './properties/property-value.js';
import type { TopicOptions } from './topic-options.js';

export interface EmbeddedKafkaOptions {
  /** How many brokers the cluster has, or one entry for each. Default 1. */
  readonly brokers?: number | readonly NodeOptions[] | undefined;
  /** Address to listen on. Default `127.0.0.1`: nobody outside of this machine reaches it. */
  readonly host?: string | undefined;
  /** Port to listen on; each further broker takes the next one. Default 0: any free one, see `EmbeddedKafka.brokers`. */
  readonly port?: number | undefined;
  /** What clients may speak, and where. Default: one of protocol PLAINTEXT at `host` and `port`. `brokers` tells the first one's address. */
  readonly listeners?: readonly ListenerOptions[] | undefined;
  /** Lets ACLs decide who may do what (`authorizer.class.name`). Default: no authorizer, everybody may do everything. */
  readonly authorizer?: AuthorizerOptions | undefined;
  /** Passwords by user, for PLAIN and SCRAM on every listener with SASL. Default none. */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** Topics that exist from the start; a name alone means the default number of partitions. Default none. */
  readonly topics?: readonly (string | TopicOptions)[] | undefined;
  /** Whether a topic comes into being when a client asks for its metadata (`auto.create.topics.enable`). Default true. */
  readonly autoCreateTopics?: boolean | undefined;
  /** Partitions of a topic that does not say how many it wants (`num.partitions`). Default 1. */
  readonly defaultPartitions?: number | undefined;
  /**
   * Nodes that hold each partition of a topic that does not say how many (`default.replication.factor`). Default 3, or
   * the number of brokers if they are fewer, so that a node can be stopped; Kafka's is 1.
   */
  readonly defaultReplicationFactor?: number | undefined;
  /**
   * Where consumers that say their rack (`client.rack`) read: `leader`, or `rack` for the in-sync replica in their rack, as
   * Kafka's `RackAwareReplicaSelector` does (KIP-392). Default `leader`, as Kafka's.
   */
  readonly replicaSelector?: 'leader' | 'rack' | undefined;
  /**
   * Milliseconds that a new group waits for more members (`group.initial.rebalance.delay.ms`). Default 0, which makes
   * tests fast; Kafka's is 3,000.
   */
  readonly groupInitialRebalanceDelayMs?: number | undefined;
  /** Shortest session timeout that a member may ask for, in milliseconds (`group.min.session.timeout.ms`). Default 10; Kafka's is 6,000. */
  readonly groupMinSessionTimeoutMs?: number | undefined;
  /**
   * How long a member of a consumer group whose broker assigns (KIP-848) may be silent, in milliseconds
   * (`group.consumer.session.timeout.ms`). Default 45,000, as Kafka's.
   */
  readonly groupConsumerSessionTimeoutMs?: number | undefined;
  /**
   * How often such members are told to send heartbeats, in milliseconds (`group.consumer.heartbeat.interval.ms`), and hence
   * how soon they learn of a rebalance. Default 500, which makes tests fast; Kafka's is 5,000.
   */
  readonly groupConsumerHeartbeatIntervalMs?: number | undefined;
  /**
   * Minutes that committed offsets are kept which nobody needs (`offsets.retention.minutes`): those of a group without members,
   * and for topics that its members do not read. Default 10,080, which is seven days, as Kafka's.
   */
  readonly offsetsRetentionMinutes?: number | undefined;
  /**
   * Level of Kafka's feature `transaction.version`, which tells clients how to do transactions: 2 lets those that can add
   * partitions by producing to them and have their epoch raised by every end (KIP-890); below that, all use the older
   * protocol. Default 2, as Kafka's; 0 if a Kafka older than 4.0 is played, which does not have it.
   */
  readonly transactionVersion?: number | undefined;
  /**
   * Plays an older Kafka, e.g. `'2.8'`: its APIs in its versions are advertised, and what is newer is refused. What the
   * APIs do is 4.1's. Default `'4.1'`.
   */
  readonly asVersion?: KafkaRelease | undefined;
  /**
   * Where the broker takes its time from. Default: the machine. A `ManualClock` lets a test move time; a clock may serve several
   * brokers.
   */
  readonly clock?: Clock | undefined;
  /**
   * Directory for all that has to outlive the process: records, topics, configurations, committed offsets, transactions.
   * Made if it is not there; one broker at a time. What was acknowledged survives `kill -9`. Default: none, everything is in
   * memory and gone after `stop`.
   */
  readonly dataDir?: string | undefined;
  /**
   * When the disk is waited for, which is what survives a power cut: `'always'`, before each answer; `'never'`, as Kafka
   * does it; or every so many milliseconds. Waiting blocks the process. Default `'never'`. Needs `dataDir`.
   */
  readonly fsync?: FsyncPolicy | undefined;
  /**
   * Broker properties by the names of Kafka's `server.properties`, e.g. `{ 'log.retention.ms': 60_000 }`. They are defaults of
   * topics, or stand for the options above (which win); those that change nothing here are told by DescribeConfigs, as all
   * are. A name that Kafka 4.1 does not have is refused. https://kafka.apache.org/documentation/#brokerconfigs. Default none.
   */
  readonly properties?: BrokerProperties | undefined;
  /**
   * Serves the control interface over HTTP, for tests in other languages: docs/reference/embedded-kafka-control.md. Whoever reaches
   * it may do everything, so it listens on the loopback interface only. Default: none.
   */
  readonly control?: ControlOptions | undefined;
  /**
   * Runs the broker in a thread of its own, so that a handler which blocks the event loop starves no heartbeat. Functions cannot
   * cross: `clock` and `verifyToken` are refused; `logger` is called in this thread. Default false.
   */
  readonly worker?: boolean | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}
