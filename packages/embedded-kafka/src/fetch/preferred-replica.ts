import type { RequestContext } from '../api/api.js';
import type { Partition } from '../cluster/partition.js';

/**
 * The in-sync follower in the client's rack that the leader sends it to (KIP-392), as Kafka's RackAwareReplicaSelector
 * chooses it; undefined if the client is to stay: it is in the leader's rack, or there is no replica in its own.
 */
export function preferredReplica(
  { leaderId, isr }: Partition,
  rackId: string,
  { broker, node }: RequestContext,
): number | undefined {
  if (!broker.settings.prefersReplicaInRack || rackId === '' || node.id !== leaderId || node.rack === rackId)
    return undefined;
  return isr.find(id => {
    const replica = broker.cluster.node(id);
    return replica?.isUp === true && replica.rack === rackId;
  });
}
