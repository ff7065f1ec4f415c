/**
 * What the coordinator reads and answers: the fields of Kafka's messages that the group protocol looks at, independent
 * of wire versions. The generated messages fit these shapes.
 */
export interface GroupProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

/** Who asks, and on which connection. */
export interface GroupClient {
  readonly clientId: string;
  readonly clientHost: string;
  /** Aborted when the client's connection closes. */
  readonly signal: AbortSignal;
}

export interface JoinRequest {
  readonly groupId: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolType: string;
  readonly protocols: readonly GroupProtocol[];
  readonly reason: string | null;
}

/** What a JoinGroup version changes beside its fields. */
export interface JoinCapabilities {
  /** Version 4 and up: a new dynamic member gets its id first and joins with it (KIP-394). */
  readonly memberIdRequired: boolean;
  /** Version 9: a returning static leader may be told to skip the assignment (KIP-814). */
  readonly canSkipAssignment: boolean;
}

export interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

export interface JoinResponse {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  readonly members: JoinedMember[];
}

export interface SyncRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
}

export interface SyncResponse {
  readonly errorCode: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export interface HeartbeatRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

export interface LeavingMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly reason: string | null;
}

export interface LeftMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly errorCode: number;
}

/** The fields by which a commit proves that it may be made. Generation -1 and an empty member id: no member at all. */
export interface CommitIdentity {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

const noBytes = Buffer.alloc(0);

export function joinError(errorCode: number, memberId: string): JoinResponse {
  return {
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}

export function syncError(errorCode: number): SyncResponse {
  return { errorCode, protocolType: null, protocolName: null, assignment: noBytes };
}
