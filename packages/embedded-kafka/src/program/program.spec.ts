import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireClient } from '../../test/support/wire-client.js';
import { describeConfigsCodec } from '../protocol/generated/describe-configs.js';
import { metadataCodec } from '../protocol/generated/metadata.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const certificates = fileURLToPath(new URL('../../test/support/certificates/', import.meta.url));
const TOPIC = 2;

const run = (...args: string[]) => {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const gather = (chunk: Buffer): string => (output += String(chunk));
  child.stdout.on('data', gather);
  child.stderr.on('data', gather);
  const exit = once(child, 'close').then(([code]) => code as number);
  return { child, exit, output: () => output };
};

const words = (text: string): string[] => text.split(' ');

const bootstrapServers = (output: string): string => /bootstrap\.servers=(\S+)/.exec(output)?.[1] ?? '';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-kafka-program-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, contents: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, contents);
  return path;
}

describe('embedded-kafka as a program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and exits with 0', async signal => {
    const { child, exit, output } = run('--port', '0', '--topic', 'orders:2');
    await once(child.stdout, 'data');
    const client = await WireClient.connect(bootstrapServers(output()));
    const { topics } = await client.call(metadataCodec, 9, { topics: null, includeTopicAuthorizedOperations: false });
    expect(topics.map(topic => [topic.name, topic.partitions.length])).toEqual([['orders', 2]]);
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(output()).toContain('embedded-kafka has stopped');
  });

  it('tells what it has started: brokers, topics, listeners, users, ACLs, data', async () => {
    const { child, exit, output } = run(
      ...words('--listener PLAINTEXT://:0 --listener OUT=SASL_SSL://localhost:0?mechanisms=PLAIN'),
      ...words(`--tls-key ${certificates}server.key --tls-cert ${certificates}server.crt`),
      ...words('--brokers 2 --topic orders:2 --user alice:secret --super-user User:ANONYMOUS --as-version 3.9'),
      ...words(`--property num.io.threads=1 --data-dir ${directory}/data`),
    );
    await once(child.stdout, 'data');
    const text = output();
    expect(bootstrapServers(text)).toMatch(/^127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/);
    expect(text).toMatch(/brokers +1 at 127\.0\.0\.1:\d+, 2 at /);
    expect(text).toMatch(/topics +orders \(2\)/);
    expect(text).toMatch(/listeners +PLAINTEXT at \S+ \S+, OUT \(SASL_SSL, PLAIN\) at localhost:\d+/);
    expect(text).toMatch(/security +users alice; 0 ACLs decide; super users User:ANONYMOUS/);
    expect(text).toContain(`in ${join(directory, 'data')}, waits for the disk never`);
    expect(text).toMatch(/plays +Apache Kafka 3\.9/);
    expect(text).toMatch(/no effect +num\.io\.threads/);
    expect(text).not.toContain('secret');
    child.kill();
    expect(await exit).toBe(0);
  });

  it('takes its options from a file of JSON, and the command line wins', async () => {
    const path = await file(
      'options.json',
      JSON.stringify({
        port: 1,
        topics: [{ name: 'orders', partitions: 2 }],
        properties: { 'log.retention.hours': 1 },
        logLevel: 'info',
      }),
    );
    const { child, exit, output } = run('--config', path, '--port', '0', '--topic', 'bills');
    await once(child.stdout, 'data');
    const client = await WireClient.connect(bootstrapServers(output()));
    const { topics } = await client.call(metadataCodec, 9, { topics: null, includeTopicAuthorizedOperations: false });
    expect(topics.map(({ name }) => name)).toEqual(['orders', 'bills']);
    child.kill();
    expect(await exit).toBe(0);
    expect(output()).toContain('INFO EmbeddedKafka listens on');
  });

  it("takes its options from Kafka's server.properties", async () => {
    const path = await file(
      'server.properties',
      'process.roles=broker,controller\nnode.id=7\nlisteners=OUT://127.0.0.1:0,CONTROLLER://:9093\nnum.partitions=3\n' +
        'controller.listener.names=CONTROLLER\nlistener.security.protocol.map=OUT:PLAINTEXT,CONTROLLER:PLAINTEXT\n' +
        'log.retention.hours=2\n',
    );
    const { child, exit, output } = run('--config', path, '--topic', 'orders');
    await once(child.stdout, 'data');
    expect(output()).toMatch(/brokers +7 at /);
    const client = await WireClient.connect(bootstrapServers(output()));
    const { topics } = await client.call(metadataCodec, 9, { topics: null, includeTopicAuthorizedOperations: false });
    expect(topics[0]?.partitions).toHaveLength(3);
    const { results } = await client.call(describeConfigsCodec, 4, {
      resources: [{ resourceType: TOPIC, resourceName: 'orders', configurationKeys: ['retention.ms'] }],
    });
    expect(results[0]?.configs[0]?.value).toBe('7200000');
    child.kill();
    expect(await exit).toBe(0);
  });

  it('serves the control interface if it is asked for, and time goes by it', async () => {
    const { child, exit, output } = run('--port', '0', '--control-port', '0', '--manual-clock');
    await once(child.stdout, 'data');
    const [, url] = /control +(http:\/\/127\.0\.0\.1:\d+)$/m.exec(output()) ?? [];
    const headers = { 'content-type': 'application/json' };
    const advanced = await fetch(`${url}/clock/advance`, { method: 'POST', headers, body: '{"ms":60000}' });
    expect(await advanced.json()).toMatchObject({ isManual: true });
    child.kill();
    expect(await exit).toBe(0);
  });

  it('refuses all that is wrong at once, of the command line, the file and the options, and exits with 2', async () => {
    const path = await file('wrong.json', JSON.stringify({ topcis: [], logLevel: 'loud', clock: {}, host: 5 }));
    const { exit, output } = run('--config', path, '--prot', '1', '--brokers', '0', '--property', 'num.partitons=1');
    expect(await exit).toBe(2);
    for (const fault of [
      '7 options are wrong',
      '--prot is not an option (did you mean --port?)',
      'topcis is not an option (did you mean topics?)',
      'logLevel must be one of',
      'clock cannot be said in a file',
      'host must be a name or an address, got 5',
      "property num.partitons is none of Kafka 4.1's (did you mean num.partitions?)",
      'brokers must be a number from 1',
      'embedded-kafka --help',
    ]) {
      expect(output()).toContain(fault);
    }
  });

  it('exits with 1 and an explanation if it cannot start', async () => {
    const { exit, output } = run('--port', '0', '--host', '192.0.2.1');
    expect(await exit).toBe(1);
    expect(output()).toMatch(/cannot listen on 192\.0\.2\.1:0/);
  });

  it('prints its usage, and its version', async () => {
    const [help, version] = [run('--help'), run('--version')];
    expect(await help.exit).toBe(0);
    expect(help.output()).toContain('--topic <name[:partitions][:config=value]>');
    expect(help.output()).toContain('Exit codes: 0 stopped');
    expect(await version.exit).toBe(0);
    expect(version.output()).toMatch(/^embedded-kafka \d+\.\d+\.\d+\n$/);
  });
});
