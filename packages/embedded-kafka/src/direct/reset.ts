import type { Broker } from '../broker.js';
import { membersOf } from './group-status.js';

/** Takes topics, groups and faults away. */
export function reset(broker: Broker): void {
  const { cluster, groups, faults, storage } = broker;
  faults.clear();
  for (const { groupId } of groups.list()) deleteGroup(broker, groupId);
  for (const topic of Array.from(cluster.topics)) {
    cluster.deleteTopic(topic);
    groups.offsets.forgetTopic(topic.name);
  }
  storage?.directory.whenSafe(undefined);
}

/** Takes a group away. A member is put out as if it had left: it learns of it by its next request. */
export function deleteGroup({ groups, storage }: Broker, groupId: string): void {
  const leaving = membersOf(groups, groupId).map(({ memberId, instanceId }) => ({
    memberId,
    groupInstanceId: instanceId,
    reason: 'the group is deleted',
  }));
  groups.leave(groupId, leaving);
  groups.deleteGroup(groupId);
  storage?.directory.whenSafe(undefined);
}
