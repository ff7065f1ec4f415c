import { buildBatch } from '../../test/support/build-batch.js';
import { Cluster } from '../cluster/cluster.js';
import type { Partition } from '../cluster/partition.js';
import { GroupCoordinator } from '../group/group-coordinator.js';
import { SteppedClock } from '../stepped-clock.js';
import { silentLogger } from '../logger.js';
import { readRecords } from '../log/record-reader.js';
import { BrokerParticipants } from './broker-participants.js';
import type { ProducerIdentity } from './end-decision.js';
import { TransactionCoordinator } from './transaction-coordinator.js';
import { CoordinatorGate } from './transaction-verification.js';

const TRANSACTIONAL = 0x10;

/** The parts of a broker that transactions touch, with time in the test's hands. */
export class TransactionGround {
  readonly clock = new SteppedClock();
  readonly cluster = new Cluster(1);
  readonly groups = new GroupCoordinator({ clock: this.clock, logger: silentLogger });
  private nextProducerId = 0n;
  readonly transactions = new TransactionCoordinator({
    clock: this.clock,
    logger: silentLogger,
    participants: new BrokerParticipants(this.clock, this.cluster, this.groups),
    takeProducerId: () => this.nextProducerId++,
  });

  constructor() {
    this.cluster.addNode({ id: 1, host: 'localhost', port: 9092, rack: null });
    const configs = [['message.timestamp.before.max.ms', String(Number.MAX_SAFE_INTEGER)]] as const;
    this.cluster.createTopic({ name: 'heroes', partitions: 2, replicationFactor: 1, assignments: [], configs });
  }

  partition(index = 0): Partition {
    const partition = this.cluster.partition('heroes', index);
    if (!partition) throw new Error(`There is no partition heroes-${index}`);
    return partition;
  }

  /** The values that a `read_committed` consumer gets. */
  committed(index = 0): string[] {
    return Array.from(this.partition(index).log.committedBatches(), readRecords)
      .flat()
      .map(({ value }) => String(value));
  }

  /** Becomes the producer of a transactional id, asking again while Kafka says to. */
  producer(transactionalId = 'tx', timeoutMs = 60_000): TestProducer {
    for (;;) {
      const answer = this.transactions.initProducerId(transactionalId, timeoutMs, undefined);
      if (answer.errorCode === 0) return new TestProducer(this, { transactionalId, ...answer });
      if (answer.errorCode !== 51) throw new Error(`InitProducerId failed: error ${answer.errorCode}`);
    }
  }
}

/** A transactional producer of the new protocol (KIP-890). */
export class TestProducer {
  private sequences = new Map<number, number>();

  constructor(
    private readonly ground: TransactionGround,
    public identity: ProducerIdentity,
  ) {}

  /** @returns the error code */
  send(value: string, index = 0): number {
    const { transactionalId, producerId, producerEpoch } = this.identity;
    const baseSequence = this.sequences.get(index) ?? 0;
    const records = buildBatch({
      values: [value],
      attributes: TRANSACTIONAL,
      producerId: Number(producerId),
      producerEpoch,
      baseSequence,
    });
    const gate = new CoordinatorGate(this.ground.transactions, transactionalId, ['heroes', index], 'adding');
    const result = this.ground.partition(index).append(records, this.ground.clock.now(), gate);
    if ('errorCode' in result) return result.errorCode;
    this.sequences.set(index, baseSequence + 1);
    return 0;
  }

  /** @returns the error code */
  end(committed: boolean): number {
    const { errorCode, ...next } = this.ground.transactions.end(this.identity, committed, true);
    if (errorCode === 0) {
      this.identity = { ...this.identity, ...next };
      this.sequences = new Map();
    }
    return errorCode;
  }
}
