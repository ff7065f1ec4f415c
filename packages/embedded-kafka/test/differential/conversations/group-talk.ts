import { heartbeatCodec } from '../../../src/protocol/generated/heartbeat.js';
import {
  joinGroupCodec,
  type JoinGroupRequestInit,
  type JoinGroupResponse,
} from '../../../src/protocol/generated/join-group.js';
import { syncGroupCodec, type SyncGroupRequestInit } from '../../../src/protocol/generated/sync-group.js';
import type { Talk } from '../talk.js';

/** The metadata of a consumer that reads these topics, version 0. */
export function subscription(...topics: readonly string[]): Buffer {
  const count = Buffer.from([0, 0, 0, 0, 0, topics.length]);
  const names = topics.map(topic => Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic)]));
  return Buffer.concat([count, ...names, Buffer.from([0xff, 0xff, 0xff, 0xff])]);
}

/** So short that it is the same length in every run, and not a name that is masked. */
export const protocol = (name: string, metadata = subscription('heroes')) => ({ name, metadata });

export function joinRequest(groupId: string, more: Partial<JoinGroupRequestInit> = {}): JoinGroupRequestInit {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [protocol('range')],
    ...more,
  };
}

export const syncRequest = (
  groupId: string,
  { generationId, memberId }: { generationId: number; memberId: string },
  more: Partial<SyncGroupRequestInit> = {},
): SyncGroupRequestInit => ({
  groupId,
  generationId,
  memberId,
  protocolType: 'consumer',
  protocolName: 'range',
  assignments: [],
  ...more,
});

/** Joins as a client does: again with the id it was given, if it was given one. */
export async function join(
  talk: Talk,
  step: string,
  groupId: string,
  more: Partial<JoinGroupRequestInit> = {},
  on = 'a',
): Promise<JoinGroupResponse> {
  const first = await talk.ask(step, joinGroupCodec, joinRequest(groupId, more), { on });
  if (first.errorCode !== 79) return first;
  return talk.ask(`${step}, with the id`, joinGroupCodec, joinRequest(groupId, { ...more, memberId: first.memberId }), {
    on,
  });
}

/** A group of one stable member, whose steps are noted under `given`. */
export async function stableGroup(
  talk: Talk,
  groupId: string,
  more: Partial<JoinGroupRequestInit> = {},
): Promise<JoinGroupResponse> {
  const member = await join(talk, 'given a member', groupId, more);
  const assignments = [{ memberId: member.memberId, assignment: Buffer.from('mine') }];
  const groupInstanceId = more.groupInstanceId ?? null;
  await talk.ask(
    'given its assignment',
    syncGroupCodec,
    syncRequest(groupId, member, { assignments, groupInstanceId }),
  );
  return member;
}

/** Group heartbeats show a member's state without changing it. */
export async function heartbeat(
  talk: Talk,
  step: string,
  groupId: string,
  { generationId, memberId }: { generationId: number; memberId: string },
  more: { groupInstanceId?: string | null; on?: string } = {},
): Promise<void> {
  const { groupInstanceId = null, on = 'a' } = more;
  await talk.askInVain(step, heartbeatCodec, { groupId, generationId, memberId, groupInstanceId }, { on });
}
