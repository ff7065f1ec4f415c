import type { Broker } from '../broker.js';
import type { BrokerNode } from '../cluster/broker-node.js';
import type { ApiCodec } from '../protocol/codec.js';
import type { Principal } from '../security/principal.js';
import type { SaslSession } from '../security/sasl/sasl-session.js';

/** The connection that a request came in on. */
export interface ConnectionContext {
  readonly id: number;
  /** The client's address in Kafka's form, e.g. `/127.0.0.1`. */
  readonly clientHost: string;
  /** Aborted when the connection closes: a parked answer is then of no use to anyone. */
  readonly signal: AbortSignal;
  /** Name of the listener that it came to: clients are told addresses of that one. */
  readonly listener: string;
  readonly principal: Principal;
  /** Undefined on listeners without SASL. */
  readonly sasl: SaslSession | undefined;
  /** No further request is handled for so many milliseconds; the answer that is being made goes out (KIP-219). */
  throttle(ms: number): void;
  /** The answer that is being made is the last one, and waits as one to a failed authentication does; `reason` is logged. */
  failAuthentication(reason: string): void;
}

/** What a handler knows besides the request's body. */
export interface RequestContext {
  readonly version: number;
  readonly clientId: string | null;
  /** Length of the request without its header. */
  readonly bodyBytes: number;
  readonly connection: ConnectionContext;
  /** The node that was asked. */
  readonly node: BrokerNode;
  /** What all nodes share. */
  readonly broker: Broker;
}

/**
 * One API of the wire protocol. What is in the registry is advertised by ApiVersions, with exactly these versions.
 *
 * A handler answers with a value, or with a promise if it parks the request (long poll, rebalance). Requests of one
 * connection are handled strictly one after the other, so a parked request blocks its own connection and no other.
 * State changes happen synchronously: the event loop is the lock.
 */
export interface Api<Request, ResponseInit> {
  readonly key: number;
  readonly name: string;
  /** Lowest version served. */
  readonly minVersion: number;
  /** Highest version served. */
  readonly maxVersion: number;
  /** Lowest version advertised, where it differs from the lowest served (Produce, KAFKA-18659). */
  readonly advertisedMinVersion?: number;
  /** Nothing that was read of a request is looked at any more when `handle` has returned: its memory is used again. */
  readonly keepsNothing?: boolean;
  /** Served, but not advertised. */
  readonly isHidden?: boolean;
  readonly codec: ApiCodec<Request, unknown, unknown, ResponseInit>;
  /** `null` means that no answer is sent at all (Produce with acks=0). */
  handle(request: Request, context: RequestContext): ResponseInit | null | Promise<ResponseInit | null>;
}

/** What a handler's file says about itself; everything else comes from the generated codec. */
export interface ApiDefinition<Request, ResponseInit> {
  /** Default: the lowest version of the schema. */
  readonly minVersion?: number;
  /** Default: the highest stable version of the schema. */
  readonly maxVersion?: number;
  readonly advertisedMinVersion?: number;
  /** Nothing that was read of a request is looked at any more when `handle` has returned: its memory is used again. */
  readonly keepsNothing?: boolean;
  readonly isHidden?: boolean;
  handle: Api<Request, ResponseInit>['handle'];
}

/** Any API, for lists that hold all of them: a request that its own codec has read always fits its own handler. */
export type AnyApi = Api<unknown, unknown>;

/** Makes an API of a generated codec and a handler. */
export function defineApi<Request, RequestInit, Response, ResponseInit>(
  codec: ApiCodec<Request, RequestInit, Response, ResponseInit>,
  definition: ApiDefinition<Request, ResponseInit>,
): Api<Request, ResponseInit> {
  return {
    key: codec.key,
    name: codec.name,
    minVersion: codec.minVersion,
    maxVersion: codec.maxVersion,
    codec: codec as ApiCodec<Request, unknown, unknown, ResponseInit>,
    ...definition,
  };
}
