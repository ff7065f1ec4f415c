import type { Clock } from '../clock.js';
import { DeadlineTimer } from './deadline-timer.js';
import type { GroupProtocol, JoinResponse, SyncResponse } from './group-messages.js';
import type { ParkedRequest } from './parked-request.js';

export interface GroupMemberInit {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolType: string;
  readonly protocols: readonly GroupProtocol[];
}

const noAssignment = Buffer.alloc(0);

/** A member of a classic group, with its requests that wait for the others. */
export class GroupMember {
  readonly memberId: string;
  /** Set for a static member (KIP-345). */
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly protocolType: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocols: readonly GroupProtocol[];
  assignment: Buffer = noAssignment;
  /** Its first join has not been answered yet: it cannot send heartbeats, so a parked join does not prove it alive. */
  isNew = false;
  /** Stays after the connection closed, as in Kafka, which cannot see that either: the session expires soon enough. */
  parkedJoin: ParkedRequest<JoinResponse> | undefined;
  parkedSync: ParkedRequest<SyncResponse> | undefined;
  readonly session: DeadlineTimer;

  constructor(init: GroupMemberInit, clock: Clock, onSessionExpired: (member: GroupMember) => void) {
    this.memberId = init.memberId;
    this.groupInstanceId = init.groupInstanceId;
    this.clientId = init.clientId;
    this.clientHost = init.clientHost;
    this.protocolType = init.protocolType;
    this.sessionTimeoutMs = init.sessionTimeoutMs;
    this.rebalanceTimeoutMs = init.rebalanceTimeoutMs;
    this.protocols = ownCopies(init.protocols);
    this.session = new DeadlineTimer(clock, () => onSessionExpired(this));
  }

  get isStatic(): boolean {
    return this.groupInstanceId !== null;
  }

  /** A parked request is as good as a heartbeat, except for a new member's first join. */
  get isHeldByParkedRequest(): boolean {
    return !this.isNew && (this.parkedJoin !== undefined || this.parkedSync !== undefined);
  }

  update(protocols: readonly GroupProtocol[], sessionTimeoutMs: number, rebalanceTimeoutMs: number): void {
    this.protocols = ownCopies(protocols);
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.rebalanceTimeoutMs = rebalanceTimeoutMs;
  }

  /** What the member said for the group's protocol. */
  metadataFor(protocolName: string | null): Buffer {
    return this.protocols.find(protocol => protocol.name === protocolName)?.metadata ?? noAssignment;
  }

  /** Counts the session from now on. */
  keepAlive(): void {
    this.session.reset(this.sessionTimeoutMs);
  }

  answerJoin(response: JoinResponse): void {
    this.parkedJoin?.answer(response);
    this.parkedJoin = undefined;
  }

  answerSync(response: SyncResponse): boolean {
    if (this.parkedSync === undefined) return false;
    this.parkedSync.answer(response);
    this.parkedSync = undefined;
    return true;
  }
}

/** What is kept must not pin the whole frame that it came in. */
export function ownCopies(protocols: readonly GroupProtocol[]): readonly GroupProtocol[] {
  return protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }));
}
