import type { Broker } from '../broker.js';
import { membersOf } from './group-status.js';

/** Takes topics, groups and faults away. A member is put out as if it had left: it learns of it by its next request. */
export function reset({ cluster, groups, faults, storage }: Broker): void {
  faults.clear();
  for (const { groupId } of groups.list()) {
    const leaving = membersOf(groups, groupId).map(({ memberId, instanceId }) => ({
      memberId,
      groupInstanceId: instanceId,
      reason: 'the broker is reset',
    }));
    groups.leave(groupId, leaving);
    groups.deleteGroup(groupId);
  }
  for (const topic of Array.from(cluster.topics)) {
    cluster.deleteTopic(topic);
    groups.offsets.forgetTopic(topic.name);
  }
  storage?.directory.whenSafe(undefined);
}
