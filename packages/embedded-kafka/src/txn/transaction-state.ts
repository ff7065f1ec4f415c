/** States that a transactional id is seen in, by Kafka's names. */
export const TRANSACTION_STATES = ['Empty', 'Ongoing', 'CompleteCommit', 'CompleteAbort'] as const;

export type TransactionState = (typeof TRANSACTION_STATES)[number];

/** States that Kafka names and that are never seen here, except by a journal: markers are written before anyone else gets a word in. */
export const PASSING_STATES = ['PrepareCommit', 'PrepareAbort', 'PrepareEpochFence', 'Dead'] as const;
