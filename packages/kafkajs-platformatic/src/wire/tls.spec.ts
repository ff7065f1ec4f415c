import { afterEach, describe, expect, it } from 'vitest';
import { quickConfig } from '../../test/support/clients.js';
import { metadataV1, ScriptedBroker } from '../../test/support/scripted-broker.js';
import { TEST_CERTIFICATE } from '../../test/support/tls-certificate.js';
import { TlsFront } from '../../test/support/tls-front.js';
import { Cluster } from '../cluster/cluster.js';
import type { KafkaConfig } from '../config/client-config.js';

const METADATA = 3;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

async function front(): Promise<TlsFront> {
  const broker = await ScriptedBroker.start(
    new Map([[METADATA, { version: 1, answer: () => metadataV1(created.port, []) }]]),
  );
  const created = await TlsFront.start(broker.port);
  cleanups.push(
    () => broker.stop(),
    () => created.stop(),
  );
  return created;
}

async function connectTo(address: string, ssl: NonNullable<KafkaConfig['ssl']>): Promise<void> {
  const cluster = new Cluster(quickConfig([address], { ssl, retry: { retries: 0 } }));
  cleanups.push(() => cluster.disconnect());
  await cluster.connect();
}

describe('TLS', () => {
  it('works with a certificate authority, and names the host that it wants', async () => {
    const { port, serverNames } = await front();
    await connectTo(`localhost:${port}`, { ca: [TEST_CERTIFICATE] });
    await connectTo(`127.0.0.1:${port}`, { ca: [TEST_CERTIFICATE] });
    expect(serverNames).toEqual(['localhost', false]);
  });

  it('refuses a certificate that nobody vouches for, saying so', async () => {
    const { port } = await front();
    await expect(connectTo(`localhost:${port}`, true)).rejects.toThrow(
      /Could not connect to localhost:\d+: self-signed certificate/,
    );
    await connectTo(`localhost:${port}`, { rejectUnauthorized: false });
  });
});
