import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { certificates } from '../../test/support/test-certificates.js';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import { describeClusterCodec } from '../protocol/generated/describe-cluster.js';
import { findCoordinatorCodec } from '../protocol/generated/find-coordinator.js';
import { metadataCodec } from '../protocol/generated/metadata.js';

const addresses = (nodes: readonly { readonly host: string; readonly port: number }[]): string[] =>
  nodes.map(({ host, port }) => `${host}:${port}`).sort();

describe('listeners', () => {
  let kafka: EmbeddedKafka;
  const start = async (options: EmbeddedKafkaOptions): Promise<EmbeddedKafka> =>
    (kafka = await EmbeddedKafka.start(options));
  afterEach(() => kafka?.stop());

  it('are there on every node, and each tells its clients its own addresses', async () => {
    await start({
      brokers: 3,
      listeners: [
        { name: 'INSIDE', protocol: 'PLAINTEXT' },
        { name: 'OUTSIDE', protocol: 'PLAINTEXT', advertisedHost: 'kafka.example', advertisedPort: 9094 },
      ],
    });
    expect(kafka.brokers).toEqual(kafka.addresses('INSIDE'));
    expect(new Set(kafka.brokers).size).toBe(3);
    expect(kafka.addresses('OUTSIDE')).toEqual(['kafka.example:9094', 'kafka.example:9095', 'kafka.example:9096']);
    const client = await WireClient.connect(kafka.brokers[2] ?? '');
    const expected = kafka.brokers.toSorted();
    expect(addresses((await client.call(metadataCodec, 9, { topics: [] })).brokers)).toEqual(expected);
    const cluster = await client.call(describeClusterCodec, 0, { includeClusterAuthorizedOperations: false });
    expect(addresses(cluster.brokers)).toEqual(expected);
    const coordinator = await client.call(findCoordinatorCodec, 2, { key: 'g', keyType: 0 });
    expect(expected).toContain(`${coordinator.host}:${coordinator.port}`);
    client.destroy();
    await expect(async () => kafka.addresses('NOWHERE')).rejects.toMatchObject({ code: 'UNKNOWN_LISTENER' });
  });

  it('end a client that speaks plain text to TLS, tell why, and stop without waiting for handshakes', async () => {
    const log: string[] = [];
    const note = (message: string): number => log.push(message);
    await start({
      listeners: [{ protocol: 'SSL', tls: certificates.server }],
      logger: { debug: note, info: note, warn: note, error: note },
    });
    const client = await WireClient.connect(kafka.brokers[0] ?? '');
    client.send(metadataCodec, 9, { topics: [] });
    await client.closed();
    expect(log.join('\n')).toMatch(/a TLS handshake of .* with SSL failed/);
    const [host = '', port] = (kafka.brokers[0] ?? '').split(':');
    const silent = connect({ host, port: Number(port) });
    await once(silent, 'connect');
    const startedAt = performance.now();
    await kafka.stop();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    silent.destroy();
  });

  it('tell everything that is wrong with them in one error', async () => {
    const wrong = {
      port: 9092,
      users: { '': 'x' },
      authorizer: {
        superUsers: ['admin'],
        acls: [{ principal: 'User:a', operation: 'EAT', resourceType: 'TOPIC', resourceName: 't' }],
      },
      listeners: [
        { protocol: 'SSL' },
        { protocol: 'SASL_PLAINTEXT', mechanisms: ['GSSAPI'], port: 70_000 },
        { name: 'SSL', protocol: 'PLAINTEXT', tls: {}, users: { a: 'b' } },
        { protocol: 'SASL_SSL', tls: { key: 'nonsense', cert: 'nonsense' } },
      ],
    };
    const error: unknown = await EmbeddedKafka.start(wrong as never).catch((reason: unknown) => reason);
    const { message } = error as Error;
    for (const part of [
      /port is of no use beside listeners/,
      /users must have a name/,
      /superUsers must be principals/,
      /acls\[0\]: Invalid operation 0/,
      /listeners\[0\]\.tls must have a key and a cert/,
      /listeners\[1\]\.mechanisms must be some of/,
      /listeners\[1\]\.port must be an integer/,
      /listeners\[2\]\.tls is of no use/,
      /listeners\[2\]\.users is of no use/,
      /listeners\[3\]\.tls cannot be used/,
      /two that are called "SSL"/,
    ]) {
      expect(message).toMatch(part);
    }
  });
});
