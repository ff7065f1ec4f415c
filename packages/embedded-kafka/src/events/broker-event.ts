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
