import type { Consumer, Producer } from './kafka-types.js';

/** A transaction, as KafkaJS defines it. */
export type Transaction = Awaited<ReturnType<Producer['transaction']>>;

/** As whom a transaction commits offsets (KIP-447). */
export interface GroupMetadata {
  readonly consumerGroupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/** A partition whose offsets are committed by transactions, for as long as it is assigned. */
export interface PartitionClaim {
  readonly isHeld: boolean;
  /** Rejects once the partition has been given up. */
  groupMetadata(): Promise<GroupMetadata>;
  /** What the group has committed, as soon as no open transaction can change it. */
  committed(): Promise<string | null>;
}

/** A consumer of an engine with the capability `claim`. */
export type ClaimingConsumer = Consumer & {
  claim(partition: { topic: string; partition: number }): Promise<PartitionClaim>;
};
