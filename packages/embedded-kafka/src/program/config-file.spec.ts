import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigFile } from './config-file.js';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-kafka-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function read(name: string, contents: string) {
  const path = join(directory, name);
  await writeFile(path, contents);
  const faults: string[] = [];
  return { settings: readConfigFile(path, faults), faults };
}

describe('a configuration file', () => {
  it('of JSON has the options of EmbeddedKafka.start, and certificates by their files', async () => {
    const ca = fileURLToPath(new URL('../../test/support/certificates/ca.crt', import.meta.url));
    const { settings, faults } = await read(
      'a.json',
      JSON.stringify({
        brokers: 2,
        manualClock: true,
        logLevel: 'debug',
        listeners: [{ protocol: 'SSL', tls: { key: 'KEY', caFile: ca, clientAuth: 'required' } }],
      }),
    );
    expect(faults).toEqual([]);
    expect(settings).toMatchObject({
      manualClock: true,
      logLevel: 'debug',
      options: { brokers: 2, listeners: [{ tls: { key: 'KEY', ca: expect.any(Buffer), clientAuth: 'required' } }] },
    });
  });

  it('of properties has what Kafka calls server.properties', async () => {
    const { settings } = await read('a.properties', 'num.partitions=3\nlog.retention.ms=5');
    expect(settings.options).toEqual({ properties: { 'num.partitions': '3', 'log.retention.ms': '5' } });
  });

  it.each([
    ['a.json', '{', /a\.json is not JSON/],
    ['a.json', '[]', /must have an object/],
    ['a.json', '{"logger":{}}', /logger cannot be said in a file: see logLevel/],
    ['a.json', '{"manualClock":1}', /manualClock must be true or false, got 1/],
    ['a.json', '{"listeners":[{"tls":{"keyFile":"/no/such"}}]}', /listeners\[0\]\.tls\.keyFile: ENOENT/],
    ['a.json', ' '.repeat(1_048_577), /has more than 1048576 characters/],
    ['a.yaml', 'port: 1', /must end in \.json or \.properties/],
  ])('%s with %s is refused', async (name, contents, fault) => {
    const { faults } = await read(name, contents);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it('that is not there is refused', () => {
    const faults: string[] = [];
    readConfigFile('/no/such.json', faults);
    expect(faults).toEqual([expect.stringContaining('ENOENT')]);
  });
});
