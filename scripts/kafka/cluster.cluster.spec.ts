import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clusterDirectory, readRecords, sweepAbandoned } from './cluster-record.ts';
import { startKafka } from './cluster.ts';
import { isAlive } from './process-group.ts';

const recordOf = (name: string) => readRecords().find(record => record.name === name);

describe('startKafka', () => {
  it('gives a node that keeps its data through kill -9, and leaves nothing behind when it stops', async () => {
    const cluster = await startKafka({
      properties: {
        'num.partitions': 5,
        // A controller takes a killed broker back only when its old session is over: 9 s by default.
        'broker.session.timeout.ms': 3_000,
        'broker.heartbeat.interval.ms': 500,
      },
    });
    onTestFinished(() => cluster.stop());
    const [node] = cluster.nodes;
    const first = node?.pid;
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'kept', acks: -1, messages: [{ value: 'v', partition: 4 }] });
    await producer.disconnect();

    await node?.kill();
    expect(first !== undefined && isAlive(first)).toBe(false);
    expect(recordOf(cluster.name)?.nodes).toEqual([{ id: 1, port: node?.port, pid: null }]);
    await node?.start();
    expect(recordOf(cluster.name)?.nodes).toEqual([{ id: 1, port: node?.port, pid: node?.pid }]);

    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets('kept');
    await admin.disconnect();
    expect(offsets.map(({ high }) => high).sort()).toEqual(['0', '0', '0', '0', '1']);

    const second = node?.pid;
    await cluster.stop();
    expect(second !== undefined && isAlive(second)).toBe(false);
    expect(existsSync(clusterDirectory(cluster.name))).toBe(false);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves nothing running when its owner gets %s', async signal => {
    const index = new URL('./index.ts', import.meta.url).href;
    const code = `const { startKafka } = await import(${JSON.stringify(index)});
      const { name } = await startKafka();
      process.stdout.write(name);
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void owner.kill('SIGKILL'));
    const [name] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as [string];
    const pid = recordOf(name)?.nodes[0]?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    owner.kill(signal);
    await once(owner, 'exit');
    // Nobody can act on SIGKILL; the next start sweeps up what it left.
    if (signal === 'SIGKILL') await sweepAbandoned();
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    expect(existsSync(clusterDirectory(name))).toBe(false);
  });
});
