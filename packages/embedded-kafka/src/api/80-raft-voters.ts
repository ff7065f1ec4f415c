import { ErrorCode } from '../protocol/errors.js';
import { addRaftVoterCodec } from '../protocol/generated/add-raft-voter.js';
import { removeRaftVoterCodec } from '../protocol/generated/remove-raft-voter.js';
import { defineApi, type AnyApi } from './api.js';

/*
 * AddRaftVoter (80, v0) and RemoveRaftVoter (81, v0) (KIP-853).
 *
 * Voters are fixed, as in an Apache Kafka whose `kraft.version` is 0: UNSUPPORTED_VERSION, after INCONSISTENT_CLUSTER_ID
 * for another cluster, and INVALID_REQUEST for a voter that cannot be one.
 */
interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string;
}

function refuse(verb: 'add' | 'remove', asked: string | null, clusterId: string, fault: string | undefined): Refusal {
  if (asked !== null && asked !== clusterId) {
    const errorMessage = `The given id "${asked}" doesn't match the cluster id "${clusterId}"`;
    return { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID, errorMessage };
  }
  if (fault !== undefined) return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: fault };
  const errorMessage = `Voters cannot be ${verb === 'add' ? 'added' : 'removed'} because the kraft.version feature is 0`;
  return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage };
}

const noVoter = (verb: string): string => `The request to ${verb} a voter has no valid one`;

export const addRaftVoter = defineApi(addRaftVoterCodec, {
  handle({ clusterId, voterId, listeners }, { broker }) {
    const hasListener = listeners.some(({ name }) => name === 'CONTROLLER');
    const withoutListener = hasListener ? undefined : 'The voter has no listener named CONTROLLER';
    return refuse('add', clusterId, broker.cluster.id, voterId < 0 ? noVoter('add') : withoutListener);
  },
});

export const removeRaftVoter = defineApi(removeRaftVoterCodec, {
  handle({ clusterId, voterId }, { broker }) {
    return refuse('remove', clusterId, broker.cluster.id, voterId < 0 ? noVoter('remove') : undefined);
  },
});

export const raftVoterApis: readonly AnyApi[] = [addRaftVoter, removeRaftVoter];
