import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchKafka } from '../../../../scripts/kafka/distribution.ts';
import { findJava } from '../../../../scripts/kafka/toolchain.ts';
import { PartitionAssigners } from '../../src/assigners/index.js';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { Ground, until, wait } from '../consumer/ground.js';

const PARTITIONS = 4;

type Member = 'java' | 'ours';
interface Repetition {
  readonly id: string;
  readonly first: Member;
  readonly again: Member;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    // It leaves the group on TERM.
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** Kafka's own client and ours in one group. */
describe("Together with members of Apache Kafka's Java client", () => {
  let ground: Ground;
  let java: string;
  let library: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    ground = await Ground.on((process.env['KAFKA_BROKERS'] ?? '').split(','));
    [java, library] = await Promise.all([findJava(), fetchKafka(() => {})]);
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map(end));
    await ground.closeConsumers();
  });
  afterAll(() => ground.close());

  function startJava(groupId: string, topic: string, properties: string[], handle: (id: string) => void): ChildProcess {
    const child = spawn(
      java,
      [
        '-Xmx256m',
        '-XX:TieredStopAtLevel=1',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
        '-cp',
        join(library, '*'),
        'org.apache.kafka.tools.consumer.ConsoleConsumer',
        '--bootstrap-server',
        ground.brokers.join(','),
        '--topic',
        topic,
        '--group',
        groupId,
        ...['auto.offset.reset=earliest', ...properties].flatMap(property => ['--consumer-property', property]),
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    children.push(child);
    createInterface({ input: child.stdout }).on('line', handle);
    return child;
  }

  async function play(
    config: Partial<ConsumerConfig>,
    properties: string[],
    first: Member,
  ): Promise<{ sent: number; ours: string[]; java: string[]; repeated: Repetition[] }> {
    const topic = await ground.topic(PARTITIONS);
    const groupId = ground.name('group');
    const by: Record<Member, string[]> = { java: [], ours: [] };
    const firstBy = new Map<string, Member>();
    const repeated: Repetition[] = [];
    const handled = (member: Member, id: string): void => {
      by[member].push(id);
      const before = firstBy.get(id);
      if (before === undefined) {
        firstBy.set(id, member);
      } else {
        repeated.push({ id, first: before, again: member });
      }
    };
    const startOurs = async (): Promise<void> => {
      const consumer = ground.consumer({ groupId, sessionTimeout: 6_000, ...config });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({ eachMessage: async ({ message }) => handled('ours', String(message.value)) });
    };
    let child: ChildProcess | undefined;
    const startTheirs = (): void => {
      child = startJava(groupId, topic, properties, id => handled('java', id));
    };
    let sent = 0;
    const sentAll = new AbortController();
    const sender = (async () => {
      while (!sentAll.signal.aborted) {
        await ground.produce(topic, sent % PARTITIONS, [`${sent}`]);
        sent++;
        await wait(10);
      }
    })();
    if (first === 'java') {
      startTheirs();
      await until(() => by.java.length > 20, 'the Java member at work', 30_000);
      await startOurs();
    } else {
      await startOurs();
      await until(() => by.ours.length > 20, 'our member at work');
      startTheirs();
    }
    const other = first === 'java' ? by.ours : by.java;
    await until(() => other.length > 20, 'the second member takes part', 40_000);
    await wait(1_000);
    if (child !== undefined) {
      await end(child);
    }
    await wait(1_500);
    sentAll.abort();
    await sender;
    const all = (): string[] => [...by.java, ...by.ours];
    await until(() => new Set(all()).size === sent, 'all messages', 30_000);
    await wait(300);
    return { sent, ...by, repeated };
  }

  const COOPERATIVE = ['partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor'];
  const ours = { partitionAssigners: [PartitionAssigners.cooperativeSticky], heartbeatInterval: 200 };

  it('rebalances incrementally when our member came first, leads and hands over', async () => {
    const { sent, ours: own, java: theirs } = await play(ours, COOPERATIVE, 'ours');
    expect(own.length + theirs.length).toBe(sent);
  }, 90_000);

  // The Java client commits by itself before it joins, goes on handling while it joins, and commits nothing of what the
  // assignment then takes from it (its log: onJoinPrepare commits T-3 at 148, 148 is handled, onJoinComplete revokes T-3,
  // the next commit names T-0 and T-1 only). So we get a few of its messages again; it never gets one of ours again.
  it('hands over nothing that it handled when the Java member came first and leads', async () => {
    const { repeated } = await play(ours, COOPERATIVE, 'java');
    expect(repeated.filter(({ first, again }) => first === 'ours' || again === 'java')).toEqual([]);
  }, 90_000);

  it('shares a group of KIP-848', async () => {
    const consumer = { groupProtocol: 'consumer' } as const;
    const { sent, ours: own, java: theirs } = await play(consumer, ['group.protocol=consumer'], 'ours');
    expect(own.length + theirs.length).toBe(sent);
  }, 90_000);
});
