import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.js';
import type { RunningKafka } from '../running-kafka.js';
import type { JsonObject } from './json-body.js';

/** A request, as the handler of its route sees it. */
export interface ControlCall {
  readonly kafka: RunningKafka;
  readonly clock: Clock;
  /** What stands in the path for its `:names`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** For a handler that streams: it answers by itself then, and returns `undefined`. */
  readonly exchange: { readonly request: IncomingMessage; readonly response: ServerResponse };
}

export interface ControlAnswer {
  /** Of HTTP. */
  readonly status: number;
  /** Is answered as JSON; undefined for none. */
  readonly body?: unknown;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** E.g. `/topics/:topic`. */
  readonly path: string;
  /** @returns undefined if it has answered by itself */
  handle(call: ControlCall): Promise<ControlAnswer | undefined> | ControlAnswer;
}

export const ok = (body: unknown): ControlAnswer => ({ status: 200, body });
export const created = (body: unknown): ControlAnswer => ({ status: 201, body });
export const done: ControlAnswer = { status: 204 };
