import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AssignerProtocol, PartitionAssigners, type Assigner, type Assignment } from '../assigners/index.js';
import { decodeSubscription } from '../assigners/consumer-subscription.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { createLogger } from '../logger/logger.js';
import { ErrorCode } from './error-codes.js';
import type { GroupCoordinator, GroupIdentity } from './group-coordinator.js';
import type { GroupLeader } from './group-leader.js';
import { GroupMember } from './group-member.js';

const OPTIONS = {
  sessionTimeout: 1_000,
  rebalanceTimeout: 1_000,
  heartbeatInterval: 20,
  metadataMaxAge: 60_000,
  isStatic: false,
};
const cluster = { findTopicPartitionMetadata: () => [{ partitionId: 0 }, { partitionId: 1 }] };
const COOPERATIVE = [PartitionAssigners.cooperativeSticky({ cluster })];
const EAGER = [PartitionAssigners.roundRobin({ cluster })];

/** A coordinator that answers each join as the script says; what it is told is in `log`. */
class ScriptedCoordinator {
  readonly log: string[] = [];
  readonly claims: Assignment[] = [];
  heartbeats: () => Promise<void> = async () => {};
  readonly #script: { generation: number; assignment: Assignment; join?: Promise<void>; sync?: Error }[];
  #assignment: Assignment = {};
  #sync: Error | undefined;

  constructor(script: { generation: number; assignment: Assignment; join?: Promise<void>; sync?: Error }[]) {
    this.#script = script;
  }

  async join(memberId: string, _timeouts: unknown, protocols: { metadata: Buffer }[]): Promise<object> {
    this.log.push(`join as ${memberId || 'nobody'}`);
    this.claims.push({ ...decodeSubscription(protocols[0]?.metadata ?? Buffer.alloc(0)).owned });
    const next = this.#script.shift();
    if (next === undefined) {
      return new Promise(() => {});
    }
    await next.join;
    this.#assignment = next.assignment;
    this.#sync = next.sync;
    return { memberId: 'm', generationId: next.generation, leaderId: 'other', protocolName: 'x', members: [] };
  }

  async sync(): Promise<Buffer> {
    if (this.#sync !== undefined) {
      throw this.#sync;
    }
    return AssignerProtocol.MemberAssignment.encode({ version: 0, assignment: this.#assignment });
  }

  heartbeat(): Promise<void> {
    return this.heartbeats();
  }

  async leave(): Promise<void> {
    this.log.push('leave');
  }
}

describe('GroupMember', () => {
  let member: GroupMember | undefined;
  afterEach(() => member?.stop());

  function start(
    script: ConstructorParameters<typeof ScriptedCoordinator>[0],
    assigners: Assigner[],
    revoking: () => Promise<void> = async () => {},
  ): { coordinator: ScriptedCoordinator; started: Promise<void>; log: string[]; rebalance: () => void } {
    const coordinator = new ScriptedCoordinator(script);
    const { log } = coordinator;
    const leader = { follow: () => {}, hasGrown: async () => false };
    let identity: GroupIdentity | null = null;
    member = new GroupMember(
      coordinator as unknown as GroupCoordinator,
      leader as unknown as GroupLeader,
      assigners,
      OPTIONS,
      {
        topics: async () => ['t'],
        onAssigned: (assignment, joined) => {
          identity = member?.identity ?? null;
          log.push(`assigned ${JSON.stringify(assignment)}${joined.contiguous ? '' : ' anew'}`);
        },
        onRevoking: async () => {
          log.push('revoking');
          await revoking();
          log.push('revoked');
        },
        onReleasing: async () => {
          log.push('releasing');
          await revoking();
          log.push('released');
        },
        onLost: () => void log.push('lost'),
        onSuspended: () => void log.push('suspended'),
        onResumed: () => void log.push('resumed'),
        onHeartbeat: () => {},
        onRebalancing: () => void log.push('rebalancing'),
        onFatal: error => void log.push(`fatal ${error.message}`),
      },
      createLogger({ level: 0 }),
    );
    const rebalance = (): void => {
      if (identity !== null) {
        member?.onGroupError(createProtocolError(ErrorCode.REBALANCE_IN_PROGRESS), identity);
      }
    };
    return { coordinator, started: member.start(), log, rebalance };
  }

  it('drains everything before it joins again, if it is eager', async () => {
    const { started, log, rebalance } = start(
      [
        { generation: 1, assignment: { t: [0, 1] } },
        { generation: 2, assignment: { t: [0] } },
      ],
      EAGER,
      () => sleep(20),
    );
    await started;
    rebalance();
    await sleep(60);
    expect(log).toEqual([
      'join as nobody',
      'assigned {"t":[0,1]} anew',
      'rebalancing',
      'revoking',
      'revoked',
      'join as m',
      'assigned {"t":[0]}',
    ]);
  });

  it('claims what it holds, releases what was not granted, and joins again without that claim', async () => {
    const { coordinator, started, log, rebalance } = start(
      [
        { generation: 1, assignment: { t: [0, 1] } },
        { generation: 2, assignment: { t: [0] } },
        { generation: 3, assignment: { t: [0] } },
      ],
      COOPERATIVE,
    );
    await started;
    rebalance();
    await sleep(40);
    expect(log).toEqual([
      'join as nobody',
      'assigned {"t":[0,1]} anew',
      'rebalancing',
      'join as m',
      'assigned {"t":[0]}',
      'releasing',
      'released',
      'join as m',
      'assigned {"t":[0]}',
    ]);
    expect(coordinator.claims).toEqual([{}, { t: [0, 1] }, { t: [0] }]);
  });

  it('keeps its claims through a rebalance that begins before the last one ended', async () => {
    const { started, log, rebalance } = start(
      [
        { generation: 1, assignment: { t: [0] } },
        { generation: 2, assignment: {}, sync: createProtocolError(ErrorCode.REBALANCE_IN_PROGRESS) },
        { generation: 3, assignment: { t: [0] } },
      ],
      COOPERATIVE,
    );
    await started;
    rebalance();
    await sleep(40);
    expect(log.slice(2)).toEqual(['rebalancing', 'join as m', 'join as m', 'assigned {"t":[0]}']);
  });

  it('joins again when others come in the middle of its first join', async () => {
    const { started, log } = start(
      [
        { generation: 1, assignment: {}, sync: createProtocolError(ErrorCode.REBALANCE_IN_PROGRESS) },
        { generation: 2, assignment: { t: [0] } },
      ],
      EAGER,
    );
    await started;
    expect(log).toEqual(['join as nobody', 'join as m', 'assigned {"t":[0]} anew']);
  });

  it('drops what it claimed when a generation has passed without it, and asks for it again', async () => {
    const { coordinator, started, log, rebalance } = start(
      [
        { generation: 1, assignment: { t: [0, 1] } },
        { generation: 5, assignment: { t: [0] } },
        { generation: 6, assignment: { t: [0] } },
      ],
      COOPERATIVE,
    );
    await started;
    rebalance();
    await sleep(40);
    expect(log.slice(2)).toEqual([
      'rebalancing',
      'join as m',
      'lost',
      'assigned {"t":[0]} anew',
      'releasing',
      'released',
      'join as m',
      'assigned {"t":[0]}',
    ]);
    expect(coordinator.claims.at(-1)).toEqual({ t: [0] });
  });

  it('takes commits of its last generation while it joins the next one, if it is cooperative', async () => {
    for (const [assigners, expected] of [
      [COOPERATIVE, 1],
      [EAGER, undefined],
    ] as const) {
      const { started, rebalance } = start([{ generation: 1, assignment: { t: [0] } }], [...assigners]);
      await started;
      rebalance();
      await sleep(20);
      expect([member?.state, member?.identity, member?.commitIdentity?.generationId]).toEqual([
        'joining',
        null,
        expected,
      ]);
      await member?.stop();
    }
  });

  it('drops everything and joins as a new member when the coordinator does not know it', async () => {
    const { coordinator, started, log } = start(
      [
        { generation: 1, assignment: { t: [0] } },
        { generation: 9, assignment: { t: [0] } },
      ],
      COOPERATIVE,
    );
    await started;
    coordinator.heartbeats = () => {
      coordinator.heartbeats = async () => {};
      return Promise.reject(createProtocolError(ErrorCode.UNKNOWN_MEMBER_ID));
    };
    await expect
      .poll(() => log.slice(2), { timeout: 10_000 })
      .toEqual(['rebalancing', 'lost', 'join as nobody', 'assigned {"t":[0]} anew']);
    expect(coordinator.claims[1]).toEqual({});
  });

  it('tells the coordinator when it was stopped while that was waiting for the others', async () => {
    const others = Promise.withResolvers<void>();
    const { started, log } = start([{ generation: 1, assignment: {}, join: others.promise }], EAGER);
    await sleep(5);
    await member?.stop();
    others.resolve();
    await started;
    expect(log).toEqual(['join as nobody', 'leave']);
  });

  it('fails for good, and says so, when the group cannot be joined at all', async () => {
    const { started, log } = start(
      [{ generation: 1, assignment: {}, sync: createProtocolError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL) }],
      EAGER,
    );
    await expect(started).rejects.toThrow(/protocol/);
    expect(member?.state).toBe('failed');
    expect(log.slice(1)).toEqual(['lost', expect.stringMatching(/^fatal /)]);
  });
});
