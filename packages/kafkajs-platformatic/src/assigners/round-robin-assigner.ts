import { AssignerProtocol, type Assignment } from './assigner-protocol.js';
import type { Assigner, AssignerCluster } from './partition-assigner.js';

const VERSION = 0;
const NAME = 'RoundRobinAssigner';

/**
 * KafkaJS's default: all partitions of all topics are dealt in turn to the members sorted by id.
 * Name, order and encoding are KafkaJS's, so that whichever member leads a mixed group, the result is the same.
 */
export const roundRobin = ({ cluster }: { cluster: AssignerCluster }): Assigner => ({
  name: NAME,
  version: VERSION,

  async assign({ members, topics }) {
    const memberIds = members.map(({ memberId }) => memberId).sort();
    const assignments = new Map<string, Assignment>();
    let turn = 0;
    for (const topic of topics) {
      for (const { partitionId } of cluster.findTopicPartitionMetadata(topic)) {
        const memberId = memberIds[turn++ % memberIds.length];
        if (memberId === undefined) {
          throw new RangeError(`Cannot assign ${topic}: the group has no members. Report this as a bug.`);
        }
        let assignment = assignments.get(memberId);
        if (assignment === undefined) {
          assignments.set(memberId, (assignment = {}));
        }
        (assignment[topic] ??= []).push(partitionId);
      }
    }
    return Array.from(assignments, ([memberId, assignment]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: VERSION, assignment }),
    }));
  },

  protocol({ topics }) {
    return { name: NAME, metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics }) };
  },
});
