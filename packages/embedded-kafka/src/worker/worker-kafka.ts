import { inspect } from 'node:util';
import type { GroupStatus, PartitionLag } from '../direct/group-status.js';
import type { RecordInit, RecordPlace } from '../direct/produce-directly.js';
import type { IsolationLevel, StoredRecord } from '../direct/stored-records.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { UntilConsumedOptions } from '../events/consumption.js';
import type { BrokerEvents } from '../events/event-stream.js';
import type { Faults } from '../faults/fault.js';
import { silentLogger, type Logger } from '../logger.js';
import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import type { TopicOptions } from '../options/topic-options.js';
import type { NodeStatus, RunningKafka, TopicStatus } from '../running-kafka.js';
import { ThreadLink, type Started } from './thread-link.js';
import type { AsyncMethod, Questions, Told } from './thread-messages.js';
import { WorkerEvents } from './worker-events.js';
import { WorkerFaults } from './worker-faults.js';

/**
 * The broker in a thread of its own: a busy event loop here starves no heartbeat there. What its methods say stands in
 * `RunningKafka`. Those that answer at once wait for the other thread; when that has ended by itself, all of them are
 * rejected, or throw, with WORKER_FAILED.
 */
export class WorkerKafka implements RunningKafka {
  readonly events: BrokerEvents;
  readonly faults: Faults;
  private readonly workerEvents: WorkerEvents;
  private readonly link: ThreadLink;
  private start!: Started;
  private isStopped = false;
  private failure: EmbeddedKafkaError | undefined;
  private stopping: Promise<void> | undefined;

  private constructor(
    options: EmbeddedKafkaOptions,
    private readonly logger: Logger,
    isLogged: boolean,
  ) {
    const link = new ThreadLink(
      options,
      isLogged,
      item => this.told(item),
      error => this.failed(error),
    );
    this.link = link;
    const asking: Pick<ThreadLink, 'ask'> = { ask: (name, ...args) => this.ask(name, ...args) };
    this.workerEvents = new WorkerEvents(asking);
    this.events = this.workerEvents;
    this.faults = new WorkerFaults(asking);
  }

  /**
   * `options`: those that were checked, without a fault.
   * @throws EmbeddedKafkaError what a broker in this thread throws, or WORKER_FAILED
   */
  static async start({ logger, ...options }: EmbeddedKafkaOptions): Promise<WorkerKafka> {
    const kafka = new WorkerKafka({ ...options, worker: false }, logger ?? silentLogger, logger !== undefined);
    kafka.start = await kafka.link.started();
    return kafka;
  }

  /** What logs show: its parts know passwords and keys. */
  toJSON(): { brokers: string[] } {
    return { brokers: this.brokers };
  }

  [inspect.custom](): string {
    return `EmbeddedKafka ${inspect(this.toJSON())}`;
  }

  get brokers(): string[] {
    return [...this.start.brokers];
  }

  get controlUrl(): string | undefined {
    return this.start.controlUrl;
  }

  addresses(listener: string): string[] {
    const { addresses } = this.start;
    const found = Object.hasOwn(addresses, listener) ? addresses[listener] : undefined;
    if (found === undefined) throw new EmbeddedKafkaError('UNKNOWN_LISTENER', [listener, Object.keys(addresses)]);
    return [...found];
  }

  get topics(): TopicStatus[] {
    return this.ask('topics');
  }

  get nodes(): NodeStatus[] {
    return this.ask('nodes');
  }

  get groups(): GroupStatus[] {
    return this.ask('groups');
  }

  lag(group: string): PartitionLag[] {
    return this.ask('lag', group);
  }

  leaderOf(topic: string, partition: number): number {
    return this.ask('leaderOf', topic, partition);
  }

  groupCoordinatorOf(groupId: string): number {
    return this.ask('groupCoordinatorOf', groupId);
  }

  transactionCoordinatorOf(transactionalId: string): number {
    return this.ask('transactionCoordinatorOf', transactionalId);
  }

  dropConnections(): void {
    this.ask('dropConnections');
  }

  untilConsumed(group: string, options: UntilConsumedOptions = {}): Promise<void> {
    return this.call('untilConsumed', group, options);
  }

  createTopic(topic: string | TopicOptions): Promise<void> {
    return this.call('createTopic', topic);
  }

  deleteTopic(name: string): Promise<void> {
    return this.call('deleteTopic', name);
  }

  async records(name: string, isolationLevel: IsolationLevel = 'read_committed'): Promise<StoredRecord[]> {
    const records = await this.call<StoredRecord[]>('records', name, isolationLevel);
    return records.map(record => ({
      ...record,
      key: toBuffer(record.key),
      value: toBuffer(record.value),
      headers: record.headers.map(({ key, value }) => ({ key, value: toBuffer(value) })),
    }));
  }

  produce(topic: string, records: readonly RecordInit[]): Promise<RecordPlace[]> {
    return this.call('produce', topic, records);
  }

  compact(name: string): Promise<void> {
    return this.call('compact', name);
  }

  applyRetention(): Promise<void> {
    return this.call('applyRetention');
  }

  stopNode(id: number): Promise<void> {
    return this.call('stopNode', id);
  }

  startNode(id: number): Promise<void> {
    return this.call('startNode', id);
  }

  moveLeader(topic: string, partition: number, nodeId: number): Promise<void> {
    return this.call('moveLeader', topic, partition, nodeId);
  }

  moveGroupCoordinator(groupId: string, nodeId: number): Promise<void> {
    return this.call('moveGroupCoordinator', groupId, nodeId);
  }

  moveTransactionCoordinator(transactionalId: string, nodeId: number): Promise<void> {
    return this.call('moveTransactionCoordinator', transactionalId, nodeId);
  }

  deleteGroup(group: string): Promise<void> {
    return this.call('deleteGroup', group);
  }

  reset(): Promise<void> {
    return this.call('reset');
  }

  /** @throws EmbeddedKafkaError WORKER_FAILED if the thread had ended by itself: not even its end goes unnoticed */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      if (this.failure) throw this.failure;
      const stopped = this.link.call('stop', []);
      this.isStopped = true;
      await stopped;
      await this.link.end();
      this.workerEvents.close();
    })();
    return this.stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private async call<Value>(method: AsyncMethod, ...args: readonly unknown[]): Promise<Value> {
    if (this.isStopped) throw new EmbeddedKafkaError('STOPPED', [method]);
    return this.link.call(method, args) as Promise<Value>;
  }

  private ask<Name extends keyof Questions>(
    name: Name,
    ...args: Parameters<Questions[Name]>
  ): ReturnType<Questions[Name]> {
    if (this.isStopped) throw new EmbeddedKafkaError('STOPPED', [name]);
    return this.link.ask(name, ...args);
  }

  private told(item: Told): void {
    if ('event' in item) this.workerEvents.told(item.event);
    else if ('level' in item) this.logger[item.level](item.message);
    else this.logger.warn(`${item.dropped} events and logs of the worker thread were dropped: this thread was busy`);
  }

  private failed(error: EmbeddedKafkaError): void {
    this.failure = error;
    this.logger.error(error.message);
    this.workerEvents.close();
  }
}

/** Bytes lose their class on their way between threads. */
function toBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
