import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WireClient } from '../test/support/wire-client.js';
import { parseCommandLine } from './command-line.js';
import { metadataCodec } from './protocol/generated/metadata.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

const run = (...args: string[]) => {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const gather = (chunk: Buffer): string => (output += String(chunk));
  child.stdout.on('data', gather);
  child.stderr.on('data', gather);
  const exit = once(child, 'exit').then(([code]) => code as number);
  return { child, exit, output: () => output };
};

describe('the command line', () => {
  it('is read', () => {
    const args = ['--port', '0', '--host', '::1', '--topic', 'a:3', '--topic', 'b', '--no-auto-create', '--verbose'];
    expect(parseCommandLine(args)).toEqual({
      help: false,
      verbose: true,
      options: {
        port: 0,
        host: '::1',
        topics: [{ name: 'a', partitions: 3 }, { name: 'b' }],
        defaultPartitions: undefined,
        autoCreateTopics: false,
      },
    });
    expect(parseCommandLine([]).options).toMatchObject({ port: 9092, autoCreateTopics: true, topics: [] });
  });

  it('is refused if an argument is not known', () => {
    expect(() => parseCommandLine(['--prot', '1'])).toThrow(/--prot/);
  });
});

describe('embedded-kafka as a program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and exits with 0', async signal => {
    const { child, exit, output } = run('--port', '0', '--topic', 'orders:2');
    await once(child.stdout, 'data');
    const [, broker = ''] = /bootstrap\.servers=(\S+)/.exec(output()) ?? [];
    const client = await WireClient.connect(broker);
    const { topics } = await client.call(metadataCodec, 9, { topics: null, includeTopicAuthorizedOperations: false });
    expect(topics.map(topic => [topic.name, topic.partitions.length])).toEqual([['orders', 2]]);
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(output()).toContain('embedded-kafka has stopped');
  });

  it.each([
    ['an unknown argument', ['--prot', '1'], 2, /Usage: embedded-kafka/],
    ['a port that is none', ['--port', 'x'], 2, /port must be an integer/],
    ['an address that is not here', ['--port', '0', '--host', '192.0.2.1'], 1, /cannot listen on 192\.0\.2\.1:0/],
  ])('exits with an explanation for %s', async (_, args, code, text) => {
    const { exit, output } = run(...args);
    expect(await exit).toBe(code);
    expect(output()).toMatch(text);
  });

  it('prints its usage', async () => {
    const { exit, output } = run('--help');
    expect(await exit).toBe(0);
    expect(output()).toContain('--topic <name[:partitions]>');
  });
});
