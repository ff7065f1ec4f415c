import type { RequestContext } from '../../api/api.js';
import { CloseConnectionError } from '../../api/close-connection-error.js';
import type { ApiCodec } from '../../protocol/codec.js';
import type { Access } from '../acl/access.js';

type Handle = (request: unknown) => unknown;

/** Lets a request of a client through to its handler, a part of it, or nothing. */
export type Guard = (request: unknown, access: Access, context: RequestContext, handle: Handle) => unknown;
export type GuardEntry = readonly [key: number, guard: Guard];

type Codec<Request, Init, Response, ResponseInit> = ApiCodec<Request, Init, Response, ResponseInit>;

/** Anybody may. */
export function free<Q, I, R, A>({ key }: Codec<Q, I, R, A>): GuardEntry {
  return [key, (request, _access, _context, handle) => handle(request)];
}

/** The request is handled as a whole, or refused as a whole. */
export function whole<Q, I, R, A>(
  { key }: Codec<Q, I, R, A>,
  may: (access: Access, request: Q) => boolean,
  refuse: (request: Q, context: RequestContext) => A,
): GuardEntry {
  return [
    key,
    (request, access, context, handle) => (may(access, request as Q) ? handle(request) : refuse(request as Q, context)),
  ];
}

export interface Division<Request, Answer, Item> {
  readonly itemsOf: (request: Request) => readonly Item[];
  readonly withItems: (request: Request, items: Item[]) => Request;
  readonly may: (access: Access, item: Item, context: RequestContext) => boolean;
  /** Adds the refusals to what the handler answered about the rest. */
  readonly withRefused: (answer: Answer, refused: readonly Item[], context: RequestContext) => Answer;
}

/** Of a request about several things, those are handled that the client may touch; the others are refused one by one. */
export function each<Q, I, R, A, Item>(
  { key, name }: Codec<Q, I, R, A>,
  { itemsOf, withItems, may, withRefused }: Division<Q, A, Item>,
): GuardEntry {
  return [
    key,
    (request, access, context, handle) => {
      const items = itemsOf(request as Q);
      const refused = items.filter(item => !may(access, item, context));
      if (refused.length === 0) return handle(request);
      const denied = new Set(refused);
      const allowed = items.filter(item => !denied.has(item));
      return after(handle(withItems(request as Q, allowed)), answer => {
        if (answer === null) throw new CloseConnectionError(`${name} that wants no answer is not authorized`);
        return withRefused(answer as A, refused, context);
      });
    },
  ];
}

/** As `each`, for a request that names topics and an answer that goes through them. */
export function eachTopic<Q extends OfTopics, I, R, A extends OfTopics>(
  codec: Codec<Q, I, R, A>,
  may: (access: Access, topic: Q['topics'][number]) => boolean,
  refuse: (topic: Q['topics'][number]) => A['topics'][number],
): GuardEntry {
  return each<Q, I, R, A, Q['topics'][number]>(codec, {
    itemsOf: ({ topics }) => topics,
    withItems: (request, topics) => ({ ...request, topics }),
    may,
    withRefused: (answer, refused) => ({ ...answer, topics: [...answer.topics, ...refused.map(refuse)] }),
  });
}

interface OfTopics {
  readonly topics: readonly unknown[];
}

interface TopicOfPartitions {
  readonly name: string;
  readonly partitions: readonly { readonly partitionIndex: number }[];
}

/** Refuses a topic by each of its partitions. */
export const refusedPartitions =
  (errorCode: number) =>
  ({ name, partitions }: TopicOfPartitions) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  });

/** What the handler answers is cut down to what the client may see. */
export function filtered<Q, I, R, A>(
  { key }: Codec<Q, I, R, A>,
  filter: (answer: A, access: Access, request: Q, context: RequestContext) => A,
): GuardEntry {
  return [
    key,
    (request, access, context, handle) =>
      after(handle(request), answer => filter(answer as A, access, request as Q, context)),
  ];
}

/** Several guards of one API: what passes the first comes to the next. */
export function inOrder(...entries: readonly [GuardEntry, ...GuardEntry[]]): GuardEntry {
  const [[key]] = entries;
  return [
    key,
    (request, access, context, handle) =>
      entries.reduceRight<Handle>(
        (next, [, guard]) =>
          passed =>
            guard(passed, access, context, next),
        handle,
      )(request),
  ];
}

function after(answer: unknown, change: (answer: unknown) => unknown): unknown {
  return answer instanceof Promise ? answer.then(change) : change(answer);
}
