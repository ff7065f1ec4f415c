import type { ProducerIdentity } from './producer-identity.js';

/** Under which identity batches are numbered, and what else belongs to it. */
export interface Numbering {
  /** One attempt; undefined if the producer does without. */
  get(): Promise<ProducerIdentity | undefined>;
  renew(identity: ProducerIdentity): void;
  /** Set if every batch is part of a transaction: the identity then stays, whatever happens to a batch. */
  readonly transaction?: {
    readonly transactionalId: string;
    /** Makes the partitions part of the transaction, before the first batch of it is sent there. */
    enlist(partitions: readonly { readonly topic: string; readonly partition: number }[]): Promise<void>;
  };
}
