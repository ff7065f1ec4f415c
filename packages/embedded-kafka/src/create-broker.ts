import { routeToCoordinator } from './api/coordinator-routes.js';
import { apisOf, featureLevelsOf } from './api/kafka-release.js';
import { registry } from './api/registry.js';
import type { Broker } from './broker.js';
import { BrokerConfigs } from './cluster/broker-configs.js';
import { Cluster } from './cluster/cluster.js';
import { coordinatorPartitionOf } from './cluster/coordinator-partitions.js';
import { Features } from './cluster/features.js';
import { LogMaintenance } from './cluster/log-maintenance.js';
import { ProducerIds } from './cluster/producer-ids.js';
import { ResourceConfigs } from './cluster/resource-configs.js';
import { EventStream } from './events/event-stream.js';
import { FaultInjector } from './faults/fault-injector.js';
import { FetchSessions } from './fetch/fetch-sessions.js';
import { GroupCoordinator } from './group/group-coordinator.js';
import type { ResolvedOptions } from './options/resolved-options.js';
import { ClientQuotas } from './quotas/client-quotas.js';
import { throttledApi } from './quotas/throttled-api.js';
import { Throttles } from './quotas/throttles.js';
import { createAuthorizer } from './security/acl/acl-options.js';
import { authorizedApi } from './security/authorization/authorized-api.js';
import { ScramCredentials } from './security/sasl/scram-credentials.js';
import { DataDirectory } from './storage/data-directory.js';
import { StoredState } from './storage/stored-state.js';
import { startedConfigs } from './started-configs.js';
import { ClientInstances } from './telemetry/client-instances.js';
import { BrokerParticipants } from './txn/broker-participants.js';
import { TransactionCoordinator } from './txn/transaction-coordinator.js';

/** Kafka's `connections.max.idle.ms`. */
const MAX_IDLE_MS = 600_000;

/** Kafka's `connection.failed.authentication.delay.ms`. */
const FAILED_AUTHENTICATION_DELAY_MS = 100;

/** Puts a broker's parts together. It listens nowhere yet, and has nothing of what its data directory keeps. */
export function createBroker(options: ResolvedOptions): Broker {
  const { autoCreateTopics, defaultPartitions, defaultReplicationFactor, logger, clock } = options;
  const directory = dataDirectory(options);
  const stored = directory && new StoredState(directory);
  const configs = new BrokerConfigs(
    node => startedConfigs(node, options),
    (nodeId, values) => stored?.brokerConfigsChanged(nodeId, values),
    options.properties.topicDefaults,
  );
  const storage = stored && { clusterId: stored.clusterId, stores: directory };
  const cluster = new Cluster(defaultPartitions, defaultReplicationFactor, configs, storage);
  const producerIds = new ProducerIds(stored && (() => stored.takeProducerIds()));
  const events = new EventStream(clock);
  cluster.listeners.add({
    topicChanged: ({ name, partitions }) =>
      events.emit({ type: 'topicChanged', topic: name, partitions: partitions.length }),
    topicDeleted: ({ name }) => events.emit({ type: 'topicDeleted', topic: name }),
    replicasChanged: ({ name: topic }, { index: partition, leaderId: leader, leaderEpoch, isr }) =>
      events.emit({ type: 'leaderChanged', topic, partition, leader, leaderEpoch, isr }),
  });
  const features = new Features(
    { ...featureLevelsOf(options.asVersion), 'transaction.version': options.transactionVersion },
    (name, level) => stored?.featureChanged(name, level),
  );
  const advance = (): void => features.advance();
  cluster.listeners.add({ topicChanged: advance, topicDeleted: advance, replicasChanged: advance });
  const resourceConfigs = new ResourceConfigs((key, values) => stored?.resourceConfigsChanged(key, values));
  const groups = new GroupCoordinator({
    clock,
    logger,
    directory: cluster,
    observer: {
      rebalanced: (group, generation, members) => events.emit({ type: 'groupRebalanced', group, generation, members }),
      committed: (group, topic, partition, offset) =>
        events.emit({ type: 'offsetCommitted', group, topic, partition, offset }),
    },
    configsOf: groupId => resourceConfigs.ofGroup(groupId),
    journalOf: groupId => stored?.offsetsOf(groupId),
    options: {
      initialRebalanceDelayMs: options.groupInitialRebalanceDelayMs,
      minSessionTimeoutMs: options.groupMinSessionTimeoutMs,
      consumerSessionTimeoutMs: options.groupConsumerSessionTimeoutMs,
      consumerHeartbeatIntervalMs: options.groupConsumerHeartbeatIntervalMs,
      offsetsRetentionMs: options.offsetsRetentionMinutes * 60_000,
      ...options.properties.groupOptions,
    },
  });
  const transactions = new TransactionCoordinator({
    clock,
    logger,
    participants: new BrokerParticipants(clock, cluster, groups),
    onEnd: (transactionalId, committed) => events.emit({ type: 'transactionEnded', transactionalId, committed }),
    takeProducerId: () => producerIds.take(),
    ...(stored && { journal: stored }),
  });
  const maintenance = new LogMaintenance(clock, cluster);
  const prefersReplicaInRack = options.replicaSelector === 'rack';
  const settings = {
    autoCreateTopics,
    defaultPartitions,
    defaultReplicationFactor,
    maxIdleMs: Number(options.properties.values.get('connections.max.idle.ms') ?? MAX_IDLE_MS),
    failedAuthenticationDelayMs: Number(
      options.properties.values.get('connection.failed.authentication.delay.ms') ?? FAILED_AUTHENTICATION_DELAY_MS,
    ),
    prefersReplicaInRack,
  };
  const clientQuotas = new ClientQuotas((entity, limits) => stored?.clientQuotaChanged(entity, limits));
  const fetchSessions = new FetchSessions();
  const apis = apisOf(options.asVersion, registry.map(routeToCoordinator).map(authorizedApi).map(throttledApi));
  cluster.onCoordinatorChange((type, partition) => {
    if (type === 'group') groups.handOver(groupId => coordinatorPartitionOf(groupId) === partition);
  });
  const faults = new FaultInjector(apis.all().map(({ name }) => name));
  return {
    storage: directory && stored && { directory, state: stored },
    clock,
    logger,
    cluster,
    configs,
    groups,
    transactions,
    producerIds,
    maintenance,
    apis,
    faults,
    events,
    fetchSessions,
    features,
    settings,
    clientQuotas,
    resourceConfigs,
    clientInstances: new ClientInstances(),
    throttles: new Throttles(clientQuotas, clock),
    authorizer: createAuthorizer(options.authorizer),
    scramCredentials: new ScramCredentials(options.users),
  };
}

function dataDirectory({ dataDir, fsync, logger, clock }: ResolvedOptions): DataDirectory | undefined {
  return dataDir === undefined ? undefined : new DataDirectory({ path: dataDir, fsync, clock, logger });
}
