import { BadRequestException, HttpException } from '@nestjs/common';
import { KafkaRetriableException, RpcException } from '@nestjs/microservices';
import { concat, defer, EMPTY, from, interval, map, of, take, throwError, timer } from 'rxjs';
import { expect } from 'vitest';
import { type SceneBehaviour, sharing } from '../frame/behaviour.js';
import { type Exchange, openExchange, rejection } from './exchange.js';

const SERIALIZED = 'page: Outgoing (values returned from a handler are serialized)';
const ERRORS = 'Nest 12.1.1, behaviour 11';
const STREAMS = 'Nest 12.1.1, behaviours 13 and 14; Nest microservices basics: Asynchronous responses';
const INTERNAL = { status: 'error', message: 'Internal server error' };

class Sword {
  toString(): string {
    return 'a sword';
  }
}

class NoSuchDragon extends RpcException {
  constructor(dragonId: number) {
    super({ code: 'NO_SUCH_DRAGON', dragonId });
  }
}

const answers = (says: string, handle: () => unknown, got: unknown): SceneBehaviour<Exchange> => ({
  says,
  source: SERIALIZED,
  async prove({ answer }) {
    expect(await answer(handle)).toEqual(got);
  },
});

const fails = (says: string, handle: () => unknown, got: unknown, source = ERRORS): SceneBehaviour<Exchange> => ({
  says,
  source,
  async prove({ error }) {
    expect(await error(handle)).toEqual(got);
  },
});

const streams = (says: string, handle: () => unknown, got: unknown[], source = STREAMS): SceneBehaviour<Exchange> => ({
  says,
  source,
  async prove(exchange) {
    expect(await exchange.answers(handle)).toEqual(got);
  },
});

/** The values that came before the error, and the error. */
async function untilError({ answers }: Exchange, handle: () => unknown): Promise<unknown> {
  return await rejection(answers(handle));
}

const behaviours: SceneBehaviour<Exchange>[] = [
  answers('an answer that is a text arrives as it is', () => 'done', 'done'),
  answers('an answer that is true arrives as its text', () => true, 'true'),
  answers('an answer that is zero arrives as its text', () => 0, '0'),
  answers('an answer that is an array arrives as one', () => [1, { two: 2 }], [1, { two: 2 }]),
  answers('an answer that is null arrives as null', () => null, null),
  answers('a handler that returns nothing answers with null', () => undefined, null),
  answers('an answer that is a buffer arrives as its text', () => Buffer.from('bytes'), 'bytes'),
  answers('an answer whose class says how it is written as text is written so', () => new Sword(), 'a sword'),
  answers('an answer in an envelope arrives as its value', () => ({ value: { items: [1] } }), { items: [1] }),
  answers('an answer may come later', () => timer(20).pipe(map(() => ({ late: true }))), { late: true }),
  answers(
    'an answer of a promise arrives as what it resolves to',
    async () => {
      await Promise.resolve();
      return { promised: true };
    },
    { promised: true },
  ),
  answers('half a megabyte is answered whole', () => ({ text: 'y'.repeat(500_000) }), { text: 'y'.repeat(500_000) }),

  fails(
    'an RpcException of a class of its own reaches the caller as its object',
    () => {
      throw new NoSuchDragon(7);
    },
    { code: 'NO_SUCH_DRAGON', dragonId: 7 },
  ),
  fails(
    'an RpcException in a promise reaches the caller like one that is thrown',
    () => Promise.reject(new RpcException('later')),
    { status: 'error', message: 'later' },
  ),
  fails(
    'an RpcException in a stream reaches the caller like one that is thrown',
    () => throwError(() => new RpcException('streamed')),
    { status: 'error', message: 'streamed' },
  ),
  fails(
    'an HttpException is like any other error: its details stay here',
    () => {
      throw new BadRequestException('details');
    },
    INTERNAL,
  ),
  fails(
    'so is one with a status and a body',
    () => {
      throw new HttpException({ teapot: true }, 418);
    },
    INTERNAL,
  ),
  fails(
    'what is thrown but no error reaches the caller as "Internal server error" too',
    () => {
      // oxlint-disable-next-line no-throw-literal -- the very case
      throw 'a text';
    },
    INTERNAL,
  ),
  fails(
    'an error in a stream reaches the caller as "Internal server error"',
    () => throwError(() => new Error('details')),
    INTERNAL,
  ),
  fails(
    'a rejected promise reaches the caller as "Internal server error"',
    () => Promise.reject(new Error('details')),
    INTERNAL,
  ),
  {
    says: 'a handler that fails does not keep the next request from being answered',
    source: ERRORS,
    async prove({ error, answer }) {
      await error(() => Promise.reject(new Error('details')));
      expect(await answer(() => ({ fine: true }))).toEqual({ fine: true });
    },
  },

  streams('a stream of one value gives it once', () => of({ item: 1 }), [{ item: 1 }]),
  streams(
    'values that come one after the other keep their order',
    () =>
      interval(5).pipe(
        take(5),
        map(item => ({ item })),
      ),
    [{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }, { item: 4 }],
  ),
  streams(
    'fifty values at once keep their order',
    () => from(Array.from({ length: 50 }, (_, item) => ({ item }))),
    Array.from({ length: 50 }, (_, item) => ({ item })),
  ),
  streams('a stream is subscribed to when it is its turn', () => defer(() => of({ deferred: true })), [
    { deferred: true },
  ]),
  {
    says: 'a stream that fails gives its values first, and then the error',
    source: STREAMS,
    async prove(exchange) {
      const seen: unknown[] = [];
      const failing = () =>
        concat(
          of({ item: 1 }).pipe(map(item => (seen.push(item), item))),
          throwError(() => new RpcException('broke')),
        );
      expect(await untilError(exchange, failing)).toEqual({ status: 'error', message: 'broke' });
      expect(seen).toEqual([{ item: 1 }]);
    },
  },
  {
    says: 'a KafkaRetriableException after the first value is answered, and not retried',
    source: 'Nest 12.1.1, behaviour 12',
    async prove(exchange) {
      let runs = 0;
      const handle = () => {
        runs += 1;
        return concat(
          of({ item: 1 }),
          throwError(() => new KafkaRetriableException('too late')),
        );
      };
      await untilError(exchange, handle);
      expect(runs).toBe(1);
    },
  },
  {
    says: 'a stream without values ends without a value',
    source: 'docs/reference/differences.md (late completion); Nest server-kafka.spec "empty stream"',
    async prove({ answers }) {
      expect(await answers(() => EMPTY)).toEqual([]);
    },
    differs: {
      'built-in': {
        because: 'the message that ends the stream is given to the caller as null',
        async instead({ answers }) {
          expect(await answers(() => EMPTY)).toEqual([null]);
        },
      },
    },
  },
];

export const answering = sharing('answers', openExchange, behaviours);
