import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
// A thread is a file of its own, which only the build has.
import { EmbeddedKafka, EmbeddedKafkaError, ManualClock, type BrokerEvent } from '../../dist/index.js';
import { WireClient } from '../../test/support/wire-client.js';
import { ErrorCode } from '../protocol/errors.js';
import { heartbeatCodec } from '../protocol/generated/heartbeat.js';
import { joinGroupCodec } from '../protocol/generated/join-group.js';
import { syncGroupCodec } from '../protocol/generated/sync-group.js';

const busyProgram = fileURLToPath(new URL('../../test/programs/busy-main-thread.mjs', import.meta.url));

const SESSION_TIMEOUT = 400;
const BUSY = 1_300;

/** The busiest main thread there is, with a broker in it or beside it. */
async function startBusy(worker: boolean) {
  const child = spawn(process.execPath, [busyProgram, String(worker)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  const broker = await next();
  return {
    broker,
    /** Resolves when the loop is about to begin. */
    block: async (): Promise<{ readonly isBusy: boolean }> => {
      child.stdin.write(`${BUSY}\n`);
      expect(await next()).toBe('busy');
      const state = { isBusy: true };
      void next().then(line => (state.isBusy = line !== 'free'));
      return state;
    },
    stop: async (): Promise<number> => {
      child.stdin.end();
      const [code] = (await once(child, 'exit')) as [number];
      return code;
    },
  };
}

async function joinGroup(client: WireClient) {
  const { memberId, generationId } = await client.call(joinGroupCodec, 3, {
    groupId: 'billing',
    sessionTimeoutMs: SESSION_TIMEOUT,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  });
  const assignments = [{ memberId, assignment: Buffer.from('all') }];
  const member = { groupId: 'billing', memberId, generationId };
  await client.call(syncGroupCodec, 3, { ...member, assignments });
  return member;
}

describe('a broker in a worker thread', () => {
  it('keeps the members of a group while the main thread is busy beyond their session timeout', async () => {
    const program = await startBusy(true);
    const client = await WireClient.connect(program.broker);
    const member = await joinGroup(client);
    const main = await program.block();
    const codes = new Set<number>();
    let beats = 0;
    for (; main.isBusy; beats++) {
      codes.add((await client.call(heartbeatCodec, 3, member)).errorCode);
      await new Promise(resolve => setTimeout(resolve, SESSION_TIMEOUT / 10));
    }
    expect(codes).toEqual(new Set([ErrorCode.NONE]));
    expect(beats).toBeGreaterThan(3);
    client.destroy();
    expect(await program.stop()).toBe(0);
  });

  it('differs in that from one in the main thread, which answers nothing meanwhile', async () => {
    const program = await startBusy(false);
    const client = await WireClient.connect(program.broker);
    const member = await joinGroup(client);
    await program.block();
    // The loop begins a moment after it says so.
    await new Promise(resolve => setTimeout(resolve, 200));
    const startedAt = performance.now();
    await client.call(heartbeatCodec, 3, member);
    expect(performance.now() - startedAt).toBeGreaterThan(SESSION_TIMEOUT);
    client.destroy();
    expect(await program.stop()).toBe(0);
  });

  it('has the same interface: topics, records, groups, nodes, faults, errors', async () => {
    await using kafka = await EmbeddedKafka.start({ worker: true, brokers: 2, topics: ['orders'], control: {} });
    expect(kafka.brokers).toHaveLength(2);
    expect(kafka.addresses('PLAINTEXT')).toEqual(kafka.brokers);
    expect(() => kafka.addresses('SSL')).toThrow(expect.objectContaining({ code: 'UNKNOWN_LISTENER' }));
    expect(kafka.topics).toEqual([{ name: 'orders', partitions: 1, configs: {} }]);
    await kafka.createTopic({ name: 'bills', partitions: 3 });
    expect(await kafka.produce('orders', [{ key: 'k', value: Buffer.from([255]), headers: { h: 'x' } }])).toEqual([
      { partition: 0, offset: 0 },
    ]);
    const [record] = await kafka.records('orders');
    expect(record?.value).toEqual(Buffer.from([255]));
    expect(record?.key?.toString()).toBe('k');
    expect(record?.headers[0]?.value?.toString()).toBe('x');
    await kafka.moveLeader('orders', 0, 2);
    expect(kafka.leaderOf('orders', 0)).toBe(2);
    await kafka.stopNode(2);
    expect(kafka.nodes.map(({ isRunning }) => isRunning)).toEqual([true, false]);
    await kafka.startNode(2);
    await kafka.moveGroupCoordinator('billing', 1);
    await kafka.moveTransactionCoordinator('payments', 1);
    expect([kafka.groupCoordinatorOf('billing'), kafka.transactionCoordinatorOf('payments')]).toEqual([1, 1]);
    const client = await WireClient.connect(kafka.brokers[0] ?? '');
    const fault = kafka.faults.inject({ api: 'Heartbeat', errorCode: 'REBALANCE_IN_PROGRESS', count: 1 });
    const member = { groupId: 'billing', memberId: '', generationId: 1 };
    expect((await client.call(heartbeatCodec, 3, member)).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect(fault.hits).toBe(1);
    kafka.faults.inject({ api: 'Fetch', close: true }).remove();
    expect(kafka.faults.list()).toEqual([]);
    expect(() => kafka.faults.inject({})).toThrow(expect.objectContaining({ code: 'INVALID_FAULT' }));
    const refused: unknown = await kafka.records('none').catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'EmbeddedKafkaError', code: 'UNKNOWN_TOPIC' });
    expect(EmbeddedKafkaError.is(refused) && refused instanceof EmbeddedKafkaError).toBe(true);
    kafka.dropConnections();
    await client.closed();
    expect((await fetch(`${kafka.controlUrl}/health`)).status).toBe(200);
    await kafka.reset();
    expect([kafka.topics, kafka.groups, kafka.lag('billing')]).toEqual([[], [], []]);
    await kafka.stop();
    expect(() => kafka.topics).toThrow(expect.objectContaining({ code: 'STOPPED' }));
    await expect(kafka.reset()).rejects.toMatchObject({ code: 'STOPPED' });
  });

  it('tells events from the moment on that somebody listens, and logs', async () => {
    const lines: string[] = [];
    const log = (line: string): number => lines.push(line);
    const logger = { debug: log, info: log, warn: log, error: log };
    const kafka = await EmbeddedKafka.start({ worker: true, logger });
    const events = kafka.events[Symbol.asyncIterator]();
    const heard: BrokerEvent[] = [];
    const stopListening = kafka.events.on('topicChanged', event => heard.push(event));
    await kafka.createTopic('orders');
    expect((await events.next()).value).toMatchObject({ type: 'topicChanged', topic: 'orders', partitions: 1 });
    expect(heard).toHaveLength(1);
    stopListening();
    await events.return?.();
    await kafka.createTopic('bills');
    expect(heard).toHaveLength(1);
    const later = kafka.events[Symbol.asyncIterator]();
    await kafka.deleteTopic('bills');
    expect((await later.next()).value).toMatchObject({ type: 'topicDeleted' });
    await kafka.stop();
    expect((await later.next()).done).toBe(true);
    expect(lines.some(line => line.startsWith('EmbeddedKafka listens on'))).toBe(true);
  });

  it('refuses what cannot cross, with all other faults, and tells why it did not start', async () => {
    const start = EmbeddedKafka.start({
      worker: true,
      port: -1,
      clock: new ManualClock(),
      listeners: [
        { protocol: 'SASL_PLAINTEXT', mechanisms: ['OAUTHBEARER'], verifyToken: () => ({ subject: 'x' }) as never },
      ],
    });
    await expect(start).rejects.toThrow(
      /port must be an integer.*clock cannot be given to a worker thread.*listeners\[0\]\.verifyToken cannot be given/,
    );
    await expect(EmbeddedKafka.start({ worker: 'yes' as never })).rejects.toThrow(/worker must be a boolean/);
    await using kafka = await EmbeddedKafka.start({ worker: true });
    const port = Number(kafka.brokers[0]?.split(':')[1]);
    await expect(EmbeddedKafka.start({ worker: true, port })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });
});

const quiet = (): void => undefined;

describe('a worker thread that fails', () => {
  const started: Worker[] = [];
  const remember = (worker: Worker): number => started.push(worker);
  process.on('worker', remember);
  afterAll(() => process.off('worker', remember));

  it.each([
    ['is ended', (worker: Worker) => void worker.terminate(), /ended with code 1/],
    ['throws', (worker: Worker) => worker.postMessage({ type: 'call', method: 'none' }, []), /undefined/],
  ])('because it %s rejects everything, and says so', async (_, kill, reason) => {
    const errors: string[] = [];
    const logger = { debug: quiet, info: quiet, warn: quiet, error: (message: string) => void errors.push(message) };
    const kafka = await EmbeddedKafka.start({ worker: true, topics: ['orders'], logger });
    const events = kafka.events[Symbol.asyncIterator]();
    await kafka.produce('orders', [{ value: 'x' }]);
    const pending = kafka.untilConsumed('billing', { topics: ['orders'], timeoutMs: 60_000 });
    kill(started.at(-1)!);
    await expect(pending).rejects.toThrow(reason);
    await expect(kafka.records('orders')).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    expect(() => kafka.topics).toThrow(expect.objectContaining({ code: 'WORKER_FAILED' }));
    await expect(kafka.stop()).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    expect((await events.next()).done).toBe(true);
    expect(errors).toEqual([expect.stringContaining('The worker thread of EmbeddedKafka has failed')]);
  });
});
