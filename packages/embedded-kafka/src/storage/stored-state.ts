import { randomBytes } from 'node:crypto';
import type { BrokerConfigs } from '../cluster/broker-configs.js';
import type { ClusterListener } from '../cluster/cluster-listener.js';
import type { Cluster, KeptReplicas } from '../cluster/cluster.js';
import type { Partition } from '../cluster/partition.js';
import type { Features } from '../cluster/features.js';
import type { ResourceConfigs } from '../cluster/resource-configs.js';
import type { Topic } from '../cluster/topic.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { KeptCommit, KeptOffset, OffsetJournal } from '../group/offset-journal.js';
import type { ClientQuotas, Limits } from '../quotas/client-quotas.js';
import type { KeptTransaction, PreparedEnd } from '../txn/kept-transaction.js';
import type { TransactionJournal } from '../txn/transaction-journal.js';
import type { Transaction } from '../txn/transaction.js';
import { StoredSecurity } from './stored-security.js';
import type { DataDirectory } from './data-directory.js';

/** As many producer ids are set aside at once, so that a crash wastes some and repeats none. */
const PRODUCER_ID_BLOCK = 1_000;
const PRODUCER_IDS = 'producerIds';
const CLUSTER_ID = 'clusterId';

interface KeptTopic {
  readonly name: string;
  readonly configs: Readonly<Record<string, string>>;
  readonly replicas: readonly (readonly number[])[];
}

/** A commit as JSON has it. */
interface CommitJson {
  readonly offset: string;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
  readonly expiresAt?: number | undefined;
  readonly committedAt: number;
}

/**
 * What the journal of a data directory says, by key:
 *
 *   clusterId, producerIds                       the next producer id that was never set aside
 *   topic:<id>                                   name, configurations, replicas
 *   replicas:<topic id>:<partition>              those that it has been given since, and its last leader epoch
 *   brokerConfigs:<node or empty>                what was set while running
 *   resourceConfigs:<type>:<name>                what groups and client metrics were configured with
 *   feature:<name>                               the level that it was given
 *   clientQuota:<entity>                         its limits by key, as texts
 *   scram:<mechanism>:<user>, acl:<binding>       see `StoredSecurity`
 *   offset:[group,topic,partition]               a committed offset
 *   pending:[producer,group,topic,partition]     one whose transaction has not ended
 *   transaction:<id>                             a transactional id
 *   start:<topic id>:<partition>                 a log's start, see `DataDirectory`
 */
export class StoredState implements ClusterListener, TransactionJournal {
  readonly security: StoredSecurity;

  constructor(private readonly directory: DataDirectory) {
    this.security = new StoredSecurity(directory.journal);
  }

  get clusterId(): string {
    const { journal } = this.directory;
    const known = journal.get(CLUSTER_ID);
    if (typeof known === 'string') return known;
    const id = randomBytes(16).toString('base64url');
    journal.put(CLUSTER_ID, id);
    return id;
  }

  /** First one of a block of producer ids that nobody else gets. */
  takeProducerIds(): { readonly first: number; readonly count: number } {
    const { journal } = this.directory;
    const first = Number(journal.get(PRODUCER_IDS) ?? 0);
    journal.put(PRODUCER_IDS, first + PRODUCER_ID_BLOCK);
    journal.flush();
    return { first, count: PRODUCER_ID_BLOCK };
  }

  /**
   * Gives the cluster back its topics.
   * @throws EmbeddedKafkaError DATA_DIR_UNUSABLE or DATA_DIR_CORRUPT
   */
  restoreTopics(cluster: Cluster): void {
    const { journal, path } = this.directory;
    const kept = [...journal.entries('topic:')] as unknown as readonly (readonly [string, KeptTopic])[];
    this.directory.removeTopicsExcept(new Set(kept.map(([id]) => id)));
    for (const [id, { name, configs, replicas }] of kept) {
      const partitions = replicas.map((ids, index) => {
        const changed = journal.get(replicasKey(id, index)) as KeptReplicas | undefined;
        return changed ?? { replicas: ids, leaderEpoch: -1 };
      });
      const missing = partitions.flatMap(each => each.replicas).find(node => !cluster.node(node));
      if (missing !== undefined) {
        const reason = `topic ${name} has a replica on broker ${missing}, which there is not`;
        throw new EmbeddedKafkaError('DATA_DIR_UNUSABLE', [path, reason]);
      }
      cluster.restoreTopic(name, id, new Map(Object.entries(configs)), partitions);
    }
  }

  restoreConfigs(configs: BrokerConfigs): void {
    for (const [node, values] of this.directory.journal.entries('brokerConfigs:')) {
      const nodeId = node === '' ? undefined : Number(node);
      configs.setDynamic(nodeId, new Map(Object.entries(values as Record<string, string>)));
    }
  }

  brokerConfigsChanged(nodeId: number | undefined, values: ReadonlyMap<string, string>): void {
    this.directory.journal.put(`brokerConfigs:${nodeId ?? ''}`, Object.fromEntries(values));
  }

  restoreClientQuotas(quotas: ClientQuotas): void {
    for (const [entity, kept] of this.directory.journal.entries('clientQuota:')) {
      // As texts, because a limit may be Infinity, which JSON does not know.
      const limits = Object.entries(kept as Record<string, string>).map(
        ([key, limit]) => [key, Number(limit)] as const,
      );
      quotas.restore(entity, new Map(limits));
    }
  }

  clientQuotaChanged(entity: string, limits: Limits): void {
    const kept = Object.fromEntries(Array.from(limits, ([key, limit]) => [key, String(limit)]));
    this.directory.journal.put(`clientQuota:${entity}`, limits.size === 0 ? null : kept);
  }

  restoreResourceConfigs(configs: ResourceConfigs): void {
    for (const [key, values] of this.directory.journal.entries('resourceConfigs:')) {
      configs.restore(key, new Map(Object.entries(values as Record<string, string>)));
    }
  }

  resourceConfigsChanged(key: string, values: ReadonlyMap<string, string>): void {
    this.directory.journal.put(`resourceConfigs:${key}`, values.size === 0 ? null : Object.fromEntries(values));
  }

  restoreFeatures(features: Features): void {
    for (const [name, level] of this.directory.journal.entries('feature:')) features.restore(name, Number(level));
  }

  featureChanged(name: string, level: number): void {
    this.directory.journal.put(`feature:${name}`, level);
  }

  topicChanged({ id, name, configs, partitions }: Topic): void {
    const kept: KeptTopic = {
      name,
      configs: Object.fromEntries(configs.overrides),
      replicas: partitions.map(({ replicas }) => replicas),
    };
    this.directory.journal.put(`topic:${id}`, kept);
  }

  replicasChanged({ id }: Topic, { index, replicas, leaderEpoch, replicaState }: Partition): void {
    // A restart brings all nodes back, and with them the end of every reassignment.
    const staying = replicas.filter(node => !replicaState.removingReplicas.includes(node));
    const kept: KeptReplicas = { replicas: staying, leaderEpoch };
    this.directory.journal.put(replicasKey(id, index), kept);
  }

  topicDeleted({ id, partitions }: Topic): void {
    // First of all, so that a crash in the middle leaves no topic without a part of its records.
    this.directory.journal.put(`topic:${id}`, null);
    for (const { index } of partitions) this.directory.journal.put(replicasKey(id, index), null);
    this.directory.removeTopic(id, partitions.length);
  }

  offsetsOf(groupId: string): OffsetJournal {
    const { journal } = this.directory;
    const key = (topic: string, partition: number): string => `offset:${JSON.stringify([groupId, topic, partition])}`;
    const pendingKey = (producerId: bigint, topic: string, partition: number): string =>
      `pending:${JSON.stringify([String(producerId), groupId, topic, partition])}`;
    return {
      set: (topic, partition, commit) => journal.put(key(topic, partition), keepCommit(commit)),
      delete: (topic, partition) => journal.put(key(topic, partition), null),
      setPending: (producerId, topic, partition, commit) =>
        journal.put(pendingKey(producerId, topic, partition), keepCommit(commit)),
      deletePending: (producerId, topic, partition) => journal.put(pendingKey(producerId, topic, partition), null),
    };
  }

  *offsets(): Generator<KeptOffset> {
    const { journal } = this.directory;
    for (const [key, value] of journal.entries('offset:')) {
      const [groupId, topic, partition] = JSON.parse(key) as [string, string, number];
      yield { groupId, topic, partition, commit: commitOf(value as CommitJson) };
    }
    for (const [key, value] of journal.entries('pending:')) {
      const [producerId, groupId, topic, partition] = JSON.parse(key) as [string, string, string, number];
      yield { groupId, topic, partition, commit: commitOf(value as CommitJson), producerId: BigInt(producerId) };
    }
  }

  put(transaction: Transaction): void {
    this.directory.journal.put(`transaction:${transaction.id}`, keepTransaction(transaction));
  }

  prepare(transaction: Transaction, prepared: PreparedEnd): void {
    const { journal } = this.directory;
    journal.put(`transaction:${transaction.id}`, { ...keepTransaction(transaction), prepared });
    journal.flush();
  }

  delete(transactionalId: string): void {
    this.directory.journal.put(`transaction:${transactionalId}`, null);
  }

  transactions(): KeptTransaction[] {
    return Array.from(this.directory.journal.entries('transaction:'), ([, value]) => value as KeptTransaction);
  }
}

function replicasKey(topicId: string, partition: number): string {
  return `replicas:${topicId}:${partition}`;
}

function keepCommit({ committed, committedAt }: KeptCommit): CommitJson {
  return { ...committed, offset: String(committed.offset), committedAt };
}

function commitOf({ committedAt, offset, ...rest }: CommitJson): KeptCommit {
  return { committed: { ...rest, offset: BigInt(offset) }, committedAt };
}

function keepTransaction(transaction: Transaction): KeptTransaction {
  const { id, state, producerEpoch, lastProducerEpoch, timeoutMs, startedAt } = transaction;
  return {
    id,
    state,
    producerId: String(transaction.producerId),
    producerEpoch,
    lastProducerEpoch,
    previousProducerId: String(transaction.previousProducerId),
    timeoutMs,
    startedAt,
    partitions: [...transaction.partitions],
  };
}
