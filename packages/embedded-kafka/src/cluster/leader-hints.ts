import { ErrorCode } from '../protocol/errors.js';
import type { Cluster } from './cluster.js';
import type { Partition } from './partition.js';

export interface LeaderHint {
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

export interface NodeEndpoint {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/**
 * Who leads instead, for clients that asked the wrong node (KIP-951): they need no Metadata to go there. Collects the
 * endpoints of the leaders that one answer names.
 */
export class LeaderHints {
  private readonly leaders = new Set<number>();

  constructor(
    private readonly cluster: Cluster,
    /** Whether the version of the answer has a place for them. */
    private readonly isKnownToClient: boolean,
  ) {}

  /** What goes with this error; undefined where the leader is none of the client's troubles. */
  hintFor(errorCode: number, partition: Partition): LeaderHint | undefined {
    const isStale = errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || errorCode === ErrorCode.FENCED_LEADER_EPOCH;
    if (!this.isKnownToClient || !isStale) return undefined;
    const { leaderId, leaderEpoch } = partition;
    this.leaders.add(leaderId);
    return { leaderId, leaderEpoch };
  }

  get endpoints(): NodeEndpoint[] {
    return this.cluster.nodesUp
      .filter(({ id }) => this.leaders.has(id))
      .map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack }));
  }
}
