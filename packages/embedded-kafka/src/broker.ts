import type { ApiTable } from './api/api-table.js';
import type { Clock } from './clock.js';
import type { BrokerConfigs } from './cluster/broker-configs.js';
import type { Cluster } from './cluster/cluster.js';
import type { Features } from './cluster/features.js';
import type { LogMaintenance } from './cluster/log-maintenance.js';
import type { ProducerIds } from './cluster/producer-ids.js';
import type { ResourceConfigs } from './cluster/resource-configs.js';
import type { EventStream } from './events/event-stream.js';
import type { FaultInjector } from './faults/fault-injector.js';
import type { FetchSessions } from './fetch/fetch-sessions.js';
import type { GroupCoordinator } from './group/group-coordinator.js';
import type { Logger } from './logger.js';
import type { ClientQuotas } from './quotas/client-quotas.js';
import type { Throttles } from './quotas/throttles.js';
import type { Authorizer } from './security/acl/authorizer.js';
import type { ScramCredentials } from './security/sasl/scram-credentials.js';
import type { DataDirectory } from './storage/data-directory.js';
import type { StoredState } from './storage/stored-state.js';
import type { ClientInstances } from './telemetry/client-instances.js';
import type { TransactionCoordinator } from './txn/transaction-coordinator.js';

export interface BrokerSettings {
  /** Whether Metadata creates topics that it is asked for (`auto.create.topics.enable`). */
  readonly autoCreateTopics: boolean;
  /** `num.partitions` */
  readonly defaultPartitions: number;
  /** `default.replication.factor` */
  readonly defaultReplicationFactor: number;
  /** How long a connection may be idle (`connections.max.idle.ms`); negative for ever. Milliseconds. */
  readonly maxIdleMs: number;
  /** How long who fails to authenticate waits for the answer (`connection.failed.authentication.delay.ms`). Milliseconds. */
  readonly failedAuthenticationDelayMs: number;
  /** Whether consumers are sent to the replica in their rack (KIP-392). */
  readonly prefersReplicaInRack: boolean;
}

export interface BrokerStorage {
  readonly directory: DataDirectory;
  readonly state: StoredState;
}

/** The whole state of the cluster, which its nodes share: what handlers work on. */
export interface Broker {
  /** Undefined if everything is in memory. */
  readonly storage: BrokerStorage | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cluster: Cluster;
  readonly configs: BrokerConfigs;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly producerIds: ProducerIds;
  readonly maintenance: LogMaintenance;
  /** What is served, and hence advertised. */
  readonly apis: ApiTable;
  readonly faults: FaultInjector;
  readonly events: EventStream;
  /** Who may do what; undefined if everybody may do everything. */
  readonly authorizer: Authorizer | undefined;
  /** The users' SCRAM credentials, which admin clients change. */
  readonly scramCredentials: ScramCredentials;
  /** What clients may use at most. */
  readonly clientQuotas: ClientQuotas;
  /** What they have used. */
  readonly throttles: Throttles;
  /** What groups and client metrics are configured with. */
  readonly resourceConfigs: ResourceConfigs;
  /** Clients that offer metrics. */
  readonly clientInstances: ClientInstances;
  readonly fetchSessions: FetchSessions;
  /** What the cluster has agreed on (KIP-584). */
  readonly features: Features;

  readonly settings: BrokerSettings;
}
