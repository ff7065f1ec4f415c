import type { RequestContext } from '../api/api.js';
import type { Clock } from '../clock.js';
import type { ClientQuotas, SharedLimit } from './client-quotas.js';
import { MutationQuota } from './mutation-quota.js';
import type { QuotaKey } from './quota-key.js';
import { SampledRate, SAMPLES, SAMPLE_MS } from './sampled-rate.js';
import { TokenBucket } from './token-bucket.js';

/** Who has not been seen for longest is forgotten first: client ids come from clients. */
const MAX_BUCKETS = 10_000;
/** Of time and of connections a client is not made to wait longer, as it may share the address with others. */
const MAX_SHORT_WAIT_MS = SAMPLE_MS;

type Client = Pick<RequestContext, 'clientId' | 'node' | 'connection'>;

/** Counts what clients use, and says how long they have to wait where that is more than their quota (KIP-13, KIP-124). */
export class Throttles {
  private readonly rates = new Map<string, SampledRate>();
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly quotas: ClientQuotas,
    private readonly clock: Clock,
  ) {}

  /** Whether anything has to be counted. */
  get isUsed(): boolean {
    return this.quotas.isUsed;
  }

  /** Counts the bytes of a Produce request. @returns how long the client has to wait, in milliseconds */
  produced(bytes: number, client: Client): number {
    return this.record('producer_byte_rate', bytes, client);
  }

  /** Counts the bytes of an answer to Fetch, unless the client has to wait: then it does not get them. */
  fetched(measure: () => number, workedMs: number, client: Client): number {
    const requestMs = this.handled(workedMs, client);
    const shared = this.limitFor('consumer_byte_rate', client);
    if (shared === undefined) return requestMs;
    const bytes = measure();
    const waitMs = Math.max(requestMs, this.record('consumer_byte_rate', bytes, client));
    if (waitMs > 0) this.record('consumer_byte_rate', -bytes, client);
    return waitMs;
  }

  /** How much one answer to Fetch may hold without anyone having to wait. */
  fetchableBytes(client: Client): number {
    const { limit = Infinity } = this.limitFor('consumer_byte_rate', client) ?? {};
    return (limit * (SAMPLES - 1) * SAMPLE_MS) / 1_000;
  }

  /** Counts the time that a request took. */
  handled(ms: number, client: Client): number {
    // A percent of a second is ten milliseconds.
    return Math.min(MAX_SHORT_WAIT_MS, this.record('request_percentage', ms / 10, client));
  }

  /** What a request may change of the cluster. Undefined: as much as it likes. */
  mutations(isStrict: boolean, client: Client): MutationQuota | undefined {
    const shared = this.limitFor('controller_mutation_rate', client);
    if (shared === undefined) return undefined;
    const bucket = refreshed(this.buckets, shared.bucket, () => new TokenBucket());
    return new MutationQuota(bucket, shared.limit, isStrict, () => this.clock.now());
  }

  /** Counts a connection, unless its address has to wait with it. `nodeId`: whose it is. */
  connected(address: string, nodeId: number): number {
    const shared = this.quotas.limitOfAddress('connection_creation_rate', address);
    if (shared === undefined) return 0;
    const rate = this.rate('connection_creation_rate', shared, nodeId);
    const now = this.clock.now();
    rate.record(1, now);
    const waitMs = Math.min(MAX_SHORT_WAIT_MS, rate.msAbove(shared.limit, now));
    if (waitMs > 0) rate.record(-1, now);
    return waitMs;
  }

  private limitFor(key: QuotaKey, { clientId, connection }: Client): SharedLimit | undefined {
    return this.quotas.limitOf(key, connection.principal.name, clientId ?? '');
  }

  private record(key: QuotaKey, amount: number, client: Client): number {
    const shared = this.limitFor(key, client);
    if (shared === undefined) return 0;
    const rate = this.rate(key, shared, client.node.id);
    const now = this.clock.now();
    rate.record(amount, now);
    return rate.msAbove(shared.limit, now);
  }

  private rate(key: QuotaKey, { bucket }: SharedLimit, nodeId: number): SampledRate {
    return refreshed(this.rates, `${nodeId} ${key} ${bucket}`, () => new SampledRate());
  }
}

/** The value of a key, which is the latest one from now on; the oldest goes if there are too many. */
function refreshed<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.delete(key);
  values.set(key, value);
  if (values.size > MAX_BUCKETS) {
    const [oldest] = values.keys();
    if (oldest !== undefined) values.delete(oldest);
  }
  return value;
}
