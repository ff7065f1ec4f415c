import type { Broker } from '../broker.js';
import type { StoredState } from './stored-state.js';

/** The coordinator whose word this is has lost its memory of the transaction. */
const COORDINATOR_EPOCH = 0;

/** Makes a broker what the earlier process on its data directory was. To be called when the nodes are known. */
export function restore(broker: Broker, state: StoredState): void {
  state.security.attach(broker.scramCredentials, broker.authorizer);
  const { cluster, configs, groups, transactions } = broker;
  state.restoreConfigs(configs);
  state.restoreResourceConfigs(broker.resourceConfigs);
  state.restoreFeatures(broker.features);
  state.restoreClientQuotas(broker.clientQuotas);
  state.restoreTopics(cluster);
  groups.offsets.restore(state.offsets());
  transactions.restore(state.transactions());
  abortOrphans(broker);
  cluster.listeners.add(state);
}

/** Ends transactions that a partition has open and no transactional id: they would hold back its readers for ever. */
function abortOrphans({ cluster, transactions, clock, logger }: Broker): void {
  const known = new Set<string>();
  for (const { state, producerId, partitions } of transactions.all()) {
    if (state !== 'Ongoing') continue;
    for (const [topic, index] of partitions) known.add(`${producerId} ${topic}-${index}`);
  }
  for (const { name, partitions } of cluster.topics) {
    for (const partition of partitions) {
      for (const { producerId, epoch, transactionStart } of partition.log.activeProducers()) {
        if (transactionStart < 0 || known.has(`${producerId} ${name}-${partition.index}`)) continue;
        logger.warn(
          `The transaction of producer ${producerId} in ${name}-${partition.index} is aborted: no one knows of it`,
        );
        const marker = { producerId, producerEpoch: epoch, committed: false, coordinatorEpoch: COORDINATOR_EPOCH };
        partition.appendMarker(marker, clock.now());
      }
    }
  }
}
