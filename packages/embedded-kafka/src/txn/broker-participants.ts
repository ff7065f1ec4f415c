import type { Clock } from '../clock.js';
import type { Cluster } from '../cluster/cluster.js';
import type { GroupCoordinator } from '../group/group-coordinator.js';
import type { TransactionMarker } from '../log/control-batch.js';
import type { TransactionParticipants } from './transaction-coordinator.js';
import type { TransactionPartitions } from './transaction-partitions.js';

/** The partitions of this broker, and the groups whose offsets are committed in transactions. */
export class BrokerParticipants implements TransactionParticipants {
  constructor(
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly groups: GroupCoordinator,
  ) {}

  endTransaction(partitions: TransactionPartitions, marker: TransactionMarker): void {
    const now = this.clock.now();
    // A topic that was deleted meanwhile needs no marker.
    for (const [topic, index] of partitions) this.cluster.partition(topic, index)?.appendMarker(marker, now);
    this.groups.offsets.endTransaction(BigInt(marker.producerId), marker.committed);
  }
}
