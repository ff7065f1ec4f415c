import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ZERO_UUID } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';

/** `interval.ms` of a client metrics' subscription, where there is none. */
export const PUSH_INTERVAL_MS = 300_000;
/** `telemetry.max.bytes` */
export const MAX_BYTES = 1_048_576;
/** Codes of gzip, snappy, lz4 and zstd. */
export const acceptedCompressions = [4, 3, 1, 2] as const;
/** As many as Kafka remembers; clients make up their ids. */
const MAX_INSTANCES = 16_384;
/** Uuids that Kafka keeps to itself: zero, one, and none. */
const reserved: ReadonlySet<string> = new Set([ZERO_UUID, 'AAAAAAAAAAAAAAAAAAAAAQ']);

interface Instance {
  subscribedAt: number;
  pushedAt: number;
  isTerminating: boolean;
}

export interface Push {
  readonly clientInstanceId: string;
  readonly subscriptionId: number;
  readonly terminating: boolean;
  readonly compressionType: number;
  readonly metrics: Buffer;
}

export interface Subscription {
  readonly clientInstanceId: string;
  readonly subscriptionId: number;
}

/**
 * Clients that offer their metrics (KIP-714), although nobody wants any: they are told so, and held to the interval and the
 * limits that they are told. What they send is thrown away.
 */
export class ClientInstances {
  private readonly instances = new Map<string, Instance>();

  /** What a client is to send: nothing. An error code if it asks too often. */
  subscribe(wantedId: string, now: number): Subscription | number {
    const clientInstanceId = wantedId === ZERO_UUID ? newId() : wantedId;
    const instance = this.instance(clientInstanceId);
    if (now - Math.max(instance.subscribedAt, instance.pushedAt) < PUSH_INTERVAL_MS) {
      return ErrorCode.THROTTLING_QUOTA_EXCEEDED;
    }
    instance.subscribedAt = now;
    return { clientInstanceId, subscriptionId: subscriptionOf(clientInstanceId) };
  }

  /** Takes what a client sends. @returns an error code */
  push({ clientInstanceId, subscriptionId, terminating, compressionType, metrics }: Push, now: number): number {
    if (reserved.has(clientInstanceId)) return ErrorCode.INVALID_REQUEST;
    const instance = this.instance(clientInstanceId);
    const { isTerminating } = instance;
    instance.isTerminating = terminating;
    if (isTerminating) return ErrorCode.INVALID_REQUEST;
    const mayPush = instance.subscribedAt > instance.pushedAt || now - instance.pushedAt >= PUSH_INTERVAL_MS;
    if (mayPush) instance.pushedAt = now;
    else if (!terminating) return ErrorCode.THROTTLING_QUOTA_EXCEEDED;
    if (subscriptionId !== subscriptionOf(clientInstanceId)) return ErrorCode.UNKNOWN_SUBSCRIPTION_ID;
    if (compressionType < 0 || compressionType > 4) return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
    return metrics.length > MAX_BYTES ? ErrorCode.TELEMETRY_TOO_LARGE : ErrorCode.NONE;
  }

  /** It is the one that was seen last from now on; the first one goes if there are too many. */
  private instance(id: string): Instance {
    const instance = this.instances.get(id) ?? { subscribedAt: -Infinity, pushedAt: -Infinity, isTerminating: false };
    this.instances.delete(id);
    this.instances.set(id, instance);
    if (this.instances.size > MAX_INSTANCES) {
      const [oldest] = this.instances.keys();
      if (oldest !== undefined) this.instances.delete(oldest);
    }
    return instance;
  }
}

const newId = (): string => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');

const subscriptionOf = (clientInstanceId: string): number => crc32(clientInstanceId) | 0;
