/** What a driver is asked, without the prefix: a scenario and its words. */
export type Behaviour =
  | 'topics'
  | 'group classic'
  | 'group consumer'
  // A classic group that becomes one of KIP-848 while its second member, who speaks that, is there.
  | 'group classic consumer'
  | 'transactions'
  | 'administration';

/** What every client must observe, whatever broker it is talking to. */
export const expectations: Readonly<Record<Behaviour, object>> = {
  topics: {
    created: true,
    again: 36, // TOPIC_ALREADY_EXISTS
    invalid: 17, // INVALID_TOPIC_EXCEPTION
    partitions: 3,
    retention: '3600000',
    altered: '7200000',
    grown: 5,
    deletedAgain: 3, // UNKNOWN_TOPIC_OR_PARTITION
  },
  'group classic': groupExpectation(),
  'group consumer': groupExpectation(),
  'group classic consumer': groupExpectation(),
  transactions: {
    offsetAfterCommit: 5,
    offsetAfterAbort: 5,
    fenced: true,
    readCommitted: values('committed', 'end', 'later'),
    readUncommitted: values('aborted', 'committed', 'end', 'later'),
  },
  administration: {
    brokers: 1,
    isControllerKnown: true,
    configs: {
      'cleanup.policy': 'delete',
      'max.message.bytes': '1048588',
      'min.insync.replicas': '1',
      'segment.bytes': '1073741824',
    },
    earliest: [0, 0],
    latest: [10, 5],
    byTimestamp: [3, 3],
    inUse: { state: 'Stable', protocolType: 'consumer', members: 1, assigned: [0, 1] },
    listed: true,
    deletedInUse: 68, // NON_EMPTY_GROUP
    empty: 'Empty',
    altered: [3, 1],
    afterDeleteRecords: [4, 0],
    stillListed: false,
    deletedAgain: 69, // GROUP_ID_NOT_FOUND
  },
};

function groupExpectation(): object {
  return {
    alone: [0, 1, 2, 3],
    shared: [0, 1, 2, 3],
    received: 120,
    repeated: 0,
    committed: [25, 25, 25, 25],
    resumedAt: [25, 25, 25, 25],
    resumed: 20,
    finallyCommitted: [30, 30, 30, 30],
  };
}

/** Two records in each of two partitions by name, of `end` only one. */
function values(...names: string[]): string[] {
  return names.flatMap(name => {
    const indexes = name === 'end' ? [0] : [0, 1];
    return [0, 1].flatMap(partition => indexes.map(index => `${name}-${partition}-${index}`));
  });
}
