import { apiVersionsCodec } from '../../src/protocol/generated/api-versions.js';
import { findCoordinatorCodec } from '../../src/protocol/generated/find-coordinator.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { offsetFetchCodec } from '../../src/protocol/generated/offset-fetch.js';
import { asAnyCodec, type AnyCodec } from './any-codec.js';
import { correlationIdOf, decodeAnswer } from './answer.js';
import { RawConnection } from './raw-connection.js';
import { requestFrame } from './request-frame.js';

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** A broker that conversations are played against, and what is its own and must be masked. */
export interface Ground {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly nodeId: number;
  readonly clusterId: string;
  readonly nodeCount: number;
  /** What it advertises, by API key. */
  readonly versions: ReadonlyMap<number, VersionRange>;
}

const ANSWER_TIMEOUT_MS = 15_000;

/** One request outside of any conversation, on a connection of its own. */
export async function askOnce(
  { host, port }: Pick<Ground, 'host' | 'port'>,
  codec: AnyCodec,
  version: number,
  request: unknown,
): Promise<unknown> {
  const connection = await RawConnection.open(host, port);
  try {
    connection.write(requestFrame(codec, { version, correlationId: 1, clientId: 'diff-ground' }, request));
    const frame = await connection.receive(ANSWER_TIMEOUT_MS);
    if (!Buffer.isBuffer(frame) || correlationIdOf(frame) !== 1) {
      throw new Error(`${host}:${port} does not answer ${codec.name} v${version}: ${String(frame)}`);
    }
    return decodeAnswer(codec, version, frame).response;
  } finally {
    connection.end();
  }
}

/** Learns what has to be known of a broker before conversations are held with it. `address`: `host:port`. */
export async function surveyGround(name: string, address: string): Promise<Ground> {
  const separator = address.lastIndexOf(':');
  const at = { host: address.slice(0, separator), port: Number(address.slice(separator + 1)) };
  const { apiKeys } = (await askOnce(at, asAnyCodec(apiVersionsCodec), 0, {})) as ReturnType<
    typeof apiVersionsCodec.response.read
  >;
  const ranges = apiKeys.map(one => [one.apiKey, { min: one.minVersion, max: one.maxVersion }] as const);
  const metadata = (await askOnce(at, asAnyCodec(metadataCodec), 4, {
    topics: [],
    allowAutoTopicCreation: false,
  })) as ReturnType<typeof metadataCodec.response.read>;
  const own = metadata.brokers.find(({ port }) => port === at.port) ?? metadata.brokers[0];
  const ground: Ground = {
    name,
    ...at,
    nodeId: own?.nodeId ?? -1,
    clusterId: metadata.clusterId ?? '',
    nodeCount: metadata.brokers.length,
    versions: new Map(ranges),
  };
  await untilCoordinatorsServe(ground);
  return ground;
}

/** Kafka makes and loads its offsets topic at the first question; what it answers meanwhile is not what we compare. */
async function untilCoordinatorsServe(ground: Ground): Promise<void> {
  const groups = Array.from({ length: 24 }, (_, index) => `diff-warm-up-${index}`);
  const deadline = performance.now() + 30_000;
  for (;;) {
    await askOnce(ground, asAnyCodec(findCoordinatorCodec), 2, { key: groups[0], keyType: 0 });
    await askOnce(ground, asAnyCodec(findCoordinatorCodec), 2, { key: groups[0], keyType: 1 });
    const answer = (await askOnce(ground, asAnyCodec(offsetFetchCodec), 8, {
      groups: groups.map(groupId => ({ groupId, topics: [{ name: 'diff-warm-up', partitionIndexes: [0] }] })),
    })) as ReturnType<typeof offsetFetchCodec.response.read>;
    if (answer.groups.every(({ errorCode }) => errorCode === 0)) return;
    if (performance.now() > deadline) throw new Error(`${ground.name}: the group coordinator does not come up`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
