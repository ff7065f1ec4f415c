import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createProtocolError } from '../errors/protocol-errors.js';
import { createLogger } from '../logger/logger.js';
import { ConsumerProtocolMember } from './consumer-protocol-member.js';
import { ErrorCode } from './error-codes.js';
import type { ConsumerHeartbeat, ConsumerHeartbeatAnswer, GroupCoordinator } from './group-coordinator.js';
import type { OwnedTopics } from './owned-topics.js';

const OPTIONS = {
  sessionTimeout: 1_000,
  rebalanceTimeout: 1_000,
  heartbeatInterval: 20,
  metadataMaxAge: 60_000,
  isStatic: false,
  rackId: '',
  groupRemoteAssignor: null,
};
const names = {
  byName: async (partitions: readonly { topicId: string; partitions: readonly number[] }[]) =>
    Object.fromEntries(partitions.map(({ topicId, partitions: list }) => [topicId, [...list]])),
  areKnown: () => true,
};

const assigned = (...partitions: number[]): { assignment: { topicId: string; partitions: number[] }[] } => ({
  assignment: [{ topicId: 't', partitions }],
});

describe('ConsumerProtocolMember', () => {
  let member: ConsumerProtocolMember | undefined;
  afterEach(() => member?.stop());

  /** Each heartbeat is answered by the next step of the script, then by "as before" at the last epoch. */
  function start(script: (Partial<ConsumerHeartbeatAnswer> | Error)[]): { log: string[]; started: Promise<void> } {
    const log: string[] = [];
    let epoch = 0;
    const coordinator = {
      consumerHeartbeat: async ({
        memberEpoch,
        owned,
        topics,
      }: ConsumerHeartbeat): Promise<ConsumerHeartbeatAnswer> => {
        const step = script.shift();
        if (step !== undefined || owned !== null || memberEpoch <= 0) {
          log.push(
            `beat ${memberEpoch}${topics === null ? '' : ' all'}${owned === null ? '' : ` owns ${JSON.stringify(owned.map(({ partitions }) => partitions))}`}`,
          );
        }
        if (step instanceof Error) {
          throw step;
        }
        epoch = step?.memberEpoch ?? epoch;
        return { memberEpoch: epoch, heartbeatInterval: 10, assignment: step?.assignment ?? null };
      },
    };
    member = new ConsumerProtocolMember(
      coordinator as unknown as GroupCoordinator,
      names as unknown as OwnedTopics,
      OPTIONS,
      {
        topics: async () => ['t'],
        onAssigned: assignment => void log.push(`assigned ${JSON.stringify(assignment)}`),
        onRevoking: async () => {},
        onReleasing: async () => {
          log.push('releasing');
          await sleep(30);
          log.push('released');
        },
        onLost: () => void log.push('lost'),
        onSuspended: () => void log.push('suspended'),
        onResumed: () => void log.push('resumed'),
        onHeartbeat: () => {},
        onRebalancing: () => {},
        onFatal: error => void log.push(`fatal ${error.message}`),
      },
      createLogger({ level: 0 }),
    );
    return { log, started: member.start() };
  }
  it('acknowledges that a partition is gone only after it was released, and beats meanwhile', async () => {
    const { log, started } = start([{ memberEpoch: 1, ...assigned(0, 1) }, {}, { ...assigned(0) }, {}]);
    await started;
    await sleep(80);
    expect(log).toEqual([
      'beat 0 all owns []',
      'assigned {"t":[0,1]}',
      'beat 1 owns [[0,1]]',
      'beat 1',
      'assigned {"t":[0]}',
      'releasing',
      'beat 1',
      'released',
      'beat 1 owns [[0]]',
    ]);
  });

  it('drops everything and joins again, with everything to say, when its epoch is fenced', async () => {
    const fenced = createProtocolError(ErrorCode.FENCED_MEMBER_EPOCH);
    const { log, started } = start([
      { memberEpoch: 4, ...assigned(0) },
      {},
      fenced,
      { memberEpoch: 9, ...assigned(1) },
    ]);
    await started;
    await sleep(250);
    expect(log.slice(3, 8)).toEqual([
      'beat 4',
      'lost',
      'beat 0 all owns []',
      'assigned {"t":[1]}',
      'beat 9 owns [[1]]',
    ]);
    expect(member?.identity?.generationId).toBe(9);
  });

  it('says everything again after a heartbeat of which it cannot know whether it arrived', async () => {
    const { log, started } = start([{ memberEpoch: 1, ...assigned(0) }, {}, new Error('connection lost'), {}]);
    await started;
    await sleep(200);
    expect(log.slice(3)).toEqual(['beat 1', 'beat 1 all owns [[0]]']);
  });

  it('fails for good, and says so, when it may not join', async () => {
    const { log, started } = start([createProtocolError(ErrorCode.GROUP_AUTHORIZATION_FAILED)]);
    await expect(started).rejects.toThrow(/uthoriz/);
    expect([member?.state, log.at(-1)]).toEqual(['failed', expect.stringMatching(/^fatal /)]);
  });
});
