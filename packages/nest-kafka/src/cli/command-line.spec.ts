import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.js';
import { UsageError } from './usage-error.js';

const faultsOf = (args: string[], env: NodeJS.ProcessEnv = {}): readonly string[] => {
  try {
    parseCommandLine(args, env);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.faults;
    throw error;
  }
};

describe('the command line', () => {
  it('takes brokers, SASL and TLS from flags or from the environment', () => {
    const env = {
      KAFKA_BROKERS: 'env:1',
      KAFKA_SASL: 'PLAIN',
      KAFKA_USERNAME: 'u',
      KAFKA_PASSWORD: 'p',
      KAFKA_SSL: 'true',
    };
    expect(parseCommandLine(['dlt', 'list', 'x.dlt'], env)?.connection).toEqual({
      brokers: ['env:1'],
      ssl: true,
      sasl: { mechanism: 'plain', username: 'u', password: 'p' },
    });
    const flags = ['--brokers', 'a:1,b:2', '--sasl', 'scram-sha-512', '--username', 'v'];
    expect(parseCommandLine(['dlt', 'show', 'x.dlt', ...flags], { ...env, KAFKA_SSL: '' })?.connection).toEqual({
      brokers: ['a:1', 'b:2'],
      sasl: { mechanism: 'scram-sha-512', username: 'v', password: 'p' },
    });
  });

  it('tells all that is wrong at once', () => {
    expect(
      faultsOf(['dlt', 'delete', 'x', '--offset', '3', '--partition', 'a', '--partition', '1', '--sasl', 'md5']),
    ).toEqual([
      'Expected "dlt <list|show|replay> <topic>", got "dlt delete x"',
      '--partition must be a whole number; it is "a"',
      '--offset needs one --partition: each partition has offsets of its own',
      '--brokers (or KAFKA_BROKERS) must name a broker: host:port',
      '--sasl must be plain, scram-sha-256, scram-sha-512; it is "md5"',
      '--sasl needs --username (or KAFKA_USERNAME) and KAFKA_PASSWORD',
    ]);
    expect(faultsOf(['dlt', 'list', 'x', '--brokers', 'a:1', '--ca', '/nowhere/ca.pem'])[0]).toContain(
      '--ca cannot be read',
    );
    expect(faultsOf(['dlt', 'list', 'x', '--nonsense'])[0]).toContain("Unknown option '--nonsense'");
  });

  it('names the group that remembers what was replayed after the topic', () => {
    const command = parseCommandLine(['dlt', 'replay', 'x.dlt', '--brokers', 'a:1', '--dry-run', '--max', '5'], {});
    expect(command).toMatchObject({
      group: 'nest-kafka-replay.x.dlt',
      dryRun: true,
      again: false,
      selection: { max: 5 },
    });
    expect(parseCommandLine(['--help'], {})).toBeUndefined();
  });
});
