import { apiVersionsCodec } from '../../src/protocol/generated/api-versions.js';
import { findCoordinatorCodec } from '../../src/protocol/generated/find-coordinator.js';
import { initProducerIdCodec, type InitProducerIdResponse } from '../../src/protocol/generated/init-producer-id.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { offsetFetchCodec, type OffsetFetchResponse } from '../../src/protocol/generated/offset-fetch.js';
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

/** COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR: what a young Kafka answers for a while. */
const isComingUp = (errorCode: number): boolean => errorCode >= 14 && errorCode <= 16;

/** Kafka makes its internal topics at the first question and loads them; what it answers meanwhile is not compared. */
async function untilCoordinatorsServe(ground: Ground): Promise<void> {
  const names = Array.from({ length: 16 }, (_, index) => `diff-warm-up-${index}`);
  const deadline = performance.now() + 30_000;
  for (;;) {
    const codes = [await groupErrors(ground, names), await transactionErrors(ground, [null, ...names])].flat();
    if (!codes.some(isComingUp)) return;
    if (performance.now() > deadline) throw new Error(`${ground.name}: the coordinators do not come up`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

async function groupErrors(ground: Ground, groupIds: readonly string[]): Promise<number[]> {
  await askOnce(ground, asAnyCodec(findCoordinatorCodec), 2, { key: groupIds[0], keyType: 0 });
  const topics = [{ name: 'diff-warm-up', partitionIndexes: [0] }];
  const request = { groups: groupIds.map(groupId => ({ groupId, topics })) };
  const answer = (await askOnce(ground, asAnyCodec(offsetFetchCodec), 8, request)) as OffsetFetchResponse;
  return answer.groups.map(({ errorCode }) => errorCode);
}

async function transactionErrors(ground: Ground, ids: readonly (string | null)[]): Promise<number[]> {
  await askOnce(ground, asAnyCodec(findCoordinatorCodec), 2, { key: 'diff-warm-up', keyType: 1 });
  const codes: number[] = [];
  for (const transactionalId of ids) {
    const request = { transactionalId, transactionTimeoutMs: 60_000 };
    const answer = (await askOnce(ground, asAnyCodec(initProducerIdCodec), 4, request)) as InitProducerIdResponse;
    codes.push(answer.errorCode);
  }
  return codes;
}
