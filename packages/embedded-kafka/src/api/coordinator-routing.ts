import type { CoordinatorType } from '../cluster/cluster.js';
import { refusals, type Refuse } from '../faults/refusals.js';
import type { ApiCodec } from '../protocol/codec.js';
import { ErrorCode } from '../protocol/errors.js';
import type { RequestContext } from './api.js';

type Handle = (request: unknown) => unknown;
/** Decides whether a node handles a request, or only part of it. */
export type Route = (request: unknown, context: RequestContext, handle: Handle) => unknown;
export type RouteEntry = readonly [name: string, route: Route];

const { NOT_COORDINATOR } = ErrorCode;

/** An empty key belongs to nobody: the handler has an error of its own for it. */
function isHere({ broker, node }: RequestContext, type: CoordinatorType, key: string | null): boolean {
  return key === null || key === '' || broker.cluster.coordinator(type, key).leaderId === node.id;
}

/** A request about one key is refused as a whole. */
export function single<Request, RequestInit, Response, ResponseInit>(
  { name }: ApiCodec<Request, RequestInit, Response, ResponseInit>,
  type: CoordinatorType,
  keyOf: (request: Request) => string | null,
  refuse: (request: Request, version: number) => ResponseInit = (request, version) =>
    refusalOf(name)(request, NOT_COORDINATOR, version) as ResponseInit,
): RouteEntry {
  return [
    name,
    (request, context, handle) =>
      isHere(context, type, keyOf(request as Request)) ? handle(request) : refuse(request as Request, context.version),
  ];
}

function refusalOf(name: string): Refuse {
  const refuse = refusals.get(name);
  if (refuse === undefined) throw new Error(`${name} has no entry in the table of refusals`);
  return refuse;
}

interface Division<Request, ResponseInit, Item> {
  readonly itemsOf: (request: Request) => readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly withItems: (request: Request, items: readonly Item[]) => Request;
  readonly withRefused: (answer: ResponseInit, items: readonly Item[]) => ResponseInit;
}

/** Of a request about several keys, the ones that belong elsewhere are refused. */
export function each<Request, RequestInit, Response, ResponseInit, Item>(
  { name }: ApiCodec<Request, RequestInit, Response, ResponseInit>,
  type: CoordinatorType,
  { itemsOf, keyOf, withItems, withRefused }: Division<Request, ResponseInit, Item>,
): RouteEntry {
  return [
    name,
    (request, context, handle) => {
      const items = itemsOf(request as Request);
      const here = items.filter(item => isHere(context, type, keyOf(item)));
      if (here.length === items.length) return handle(request);
      const elsewhere = items.filter(item => !here.includes(item));
      return after(handle(withItems(request as Request, here)), answer =>
        withRefused(answer as ResponseInit, elsewhere),
      );
    },
  ];
}

/** An answer that lists what there is lists what this node coordinates. */
export function listed<Request, RequestInit, Response, ResponseInit>(
  { name }: ApiCodec<Request, RequestInit, Response, ResponseInit>,
  keep: (answer: ResponseInit, isListed: (type: CoordinatorType, key: string) => boolean) => ResponseInit,
): RouteEntry {
  return [
    name,
    (request, context, handle) =>
      after(handle(request), answer => keep(answer as ResponseInit, (type, key) => isHere(context, type, key))),
  ];
}

/** A request that asks for several keys from `version` on, and for one before. */
export function since(version: number, many: RouteEntry, [name, one]: RouteEntry): RouteEntry {
  return [name, (request, context, handle) => (context.version >= version ? many[1] : one)(request, context, handle)];
}

function after(answer: unknown, change: (answer: unknown) => unknown): unknown {
  return answer instanceof Promise ? answer.then(change) : change(answer);
}
