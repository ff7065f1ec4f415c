/** What happened in an EmbeddedKafka. `at`: milliseconds since the epoch, by the broker's clock. */
export type BrokerEvent = { readonly at: number } & (
  | {
      /** A request was read, and is handled, or hit by a fault, from now on. */
      readonly type: 'request';
      readonly nodeId: number;
      readonly connectionId: number;
      readonly clientId: string | null;
      /** E.g. `Produce`. */
      readonly api: string;
      readonly version: number;
    }
  | {
      /** A topic came, got partitions, or has other configurations. */
      readonly type: 'topicChanged';
      readonly topic: string;
      readonly partitions: number;
    }
  | { readonly type: 'topicDeleted'; readonly topic: string }
  | {
      readonly type: 'connectionOpened';
      readonly nodeId: number;
      readonly connectionId: number;
      /** Name of the listener that the client came to. */
      readonly listener: string;
      /** The client's address in Kafka's form, e.g. `/127.0.0.1`. */
      readonly clientHost: string;
    }
  | {
      readonly type: 'connectionClosed';
      readonly nodeId: number;
      readonly connectionId: number;
      /** Why the broker has ended it; null if the client has, or somebody cut it. */
      readonly reason: string | null;
    }
  | {
      /** A fault that was injected has hit a request. */
      readonly type: 'faultHit';
      readonly faultId: number;
      readonly api: string;
      readonly connectionId: number;
      readonly clientId: string | null;
    }
  | { readonly type: 'nodeStopped'; readonly nodeId: number }
  | { readonly type: 'nodeStarted'; readonly nodeId: number }
  | {
      /** A partition has another leader or leader epoch, or other replicas. */
      readonly type: 'leaderChanged';
      readonly topic: string;
      readonly partition: number;
      /** -1 if none does. */
      readonly leader: number;
      readonly leaderEpoch: number;
      /** Replicas that are in sync. */
      readonly isr: readonly number[];
    }
  | {
      /** A transaction was committed or aborted, by its producer, by another one that fences it, or by its timeout. */
      readonly type: 'transactionEnded';
      readonly transactionalId: string;
      readonly committed: boolean;
    }
  | {
      /** A group has another generation (classic), or another epoch (KIP-848). */
      readonly type: 'groupRebalanced';
      readonly group: string;
      readonly generation: number;
      readonly members: number;
    }
  | {
      /** Transactional commits are told when their transaction is committed. */
      readonly type: 'offsetCommitted';
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: bigint;
    }
);

export type BrokerEventType = BrokerEvent['type'];

/** All types, for who takes their names from outside. */
export const brokerEventTypes: readonly BrokerEventType[] = Object.keys({
  request: true,
  connectionOpened: true,
  connectionClosed: true,
  faultHit: true,
  topicChanged: true,
  topicDeleted: true,
  leaderChanged: true,
  nodeStopped: true,
  nodeStarted: true,
  groupRebalanced: true,
  offsetCommitted: true,
  transactionEnded: true,
} satisfies Record<BrokerEventType, true>) as BrokerEventType[];
