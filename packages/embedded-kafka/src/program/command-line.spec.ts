import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.js';
import { mergeSettings, withDefaultPort } from './program-settings.js';

const words = (text: string): string[] => text.split(' ');

describe('the command line', () => {
  it('is read', () => {
    const { settings, faults } = parseCommandLine([
      '--port=0',
      ...words('--host ::1 --brokers 3 --topic a:3 --topic b --no-auto-create --verbose --as-version 2.8'),
      ...words('--property log.retention.ms=5 --user alice:secret --super-user User:admin --fsync 50'),
      ...words('--data-dir /data --acl'),
      'User:alice READ TOPIC:a',
    ]);
    expect(faults).toEqual([]);
    expect(settings).toEqual({
      logLevel: 'info',
      manualClock: undefined,
      options: {
        port: 0,
        host: '::1',
        brokers: 3,
        topics: [{ name: 'a', partitions: 3 }, { name: 'b' }],
        autoCreateTopics: false,
        properties: { 'log.retention.ms': '5' },
        users: { alice: 'secret' },
        authorizer: {
          superUsers: ['User:admin'],
          acls: [{ principal: 'User:alice', operation: 'READ', resourceType: 'TOPIC', resourceName: 'a' }],
        },
        fsync: 50,
        dataDir: '/data',
        asVersion: '2.8',
      },
    });
  });

  it('tells everything that is wrong with it', () => {
    const { faults } = parseCommandLine([
      ...words('--prot 1 --topic a:x orders --host --port x --port 1 --verbose=yes --log-level loud'),
      ...words('--user secret --listener SSL:1 --tls-key /no/such/file'),
    ]);
    expect(faults.toSorted()).toEqual(
      [
        '--prot is not an option (did you mean --port?)',
        '"orders" follows no option',
        '--host needs <address>',
        '--port is given twice',
        '--verbose takes no argument',
        '--port must have a number where "x" is',
        '--log-level must be one of debug, info, warn, error, silent, got "loud"',
        '--listener must be like [NAME=]SASL_SSL://localhost:9093, got "SSL:1"',
        '--topic must have a number where "x" is',
        '--user must be like alice:secret',
        "--tls-key cannot be read: ENOENT: no such file or directory, open '/no/such/file'",
      ].toSorted(),
    );
  });
});

describe('settings', () => {
  it('of the command line win over those of a file, and what can be many adds up', () => {
    const file = {
      logLevel: 'error' as const,
      options: {
        port: 1,
        defaultPartitions: 2,
        topics: ['a'],
        users: { a: '1', b: '1' },
        properties: { x: 1, y: 1 },
        authorizer: { superUsers: ['User:a'], allowEveryoneIfNoAclFound: true },
      },
    };
    const line = {
      options: {
        port: 0,
        topics: ['b'],
        users: { b: '2' },
        properties: { y: 2 },
        authorizer: { superUsers: ['User:b'], acls: undefined },
      },
    };
    expect(mergeSettings(file, line)).toEqual({
      logLevel: 'error',
      manualClock: undefined,
      options: {
        port: 0,
        defaultPartitions: 2,
        topics: ['a', 'b'],
        users: { a: '1', b: '2' },
        properties: { x: 1, y: 2 },
        authorizer: { superUsers: ['User:a', 'User:b'], acls: [], allowEveryoneIfNoAclFound: true },
      },
    });
  });

  it('have the port that clients try first, unless they say where to listen', () => {
    expect(withDefaultPort({ options: {} }).options.port).toBe(9092);
    for (const options of [
      { listeners: [] },
      { properties: { listeners: 'SSL://:1' } },
      { brokers: [{ port: 1 }] },
      { port: 0 },
    ]) {
      expect(withDefaultPort({ options }).options).toBe(options);
    }
  });
});
