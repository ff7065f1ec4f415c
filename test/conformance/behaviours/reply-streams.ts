import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { concat, defer, delay, from, NEVER, of, takeUntil, timer } from 'rxjs';
import { expect } from 'vitest';
import type { Behaviour, Subject } from '../frame/behaviour.js';
import { answersOf, type Stage } from '../frame/stage.js';

async function streamAnswers(stage: Stage, values: () => unknown): Promise<unknown[]> {
  const topic = await stage.topic('stream');

  @Controller()
  class Streams {
    @MessagePattern(topic)
    stream(): unknown {
      return values();
    }
  }

  await stage.serve([Streams]);
  const client = await stage.client([topic]);
  return await answersOf(client.send(topic, { go: true }));
}

const items = [{ item: 1 }, { item: 2 }, { item: 3 }];

/** The last value, and only after a while the end. */
const endsLate = () => concat(of({ item: 1 }), NEVER.pipe(takeUntil(timer(100))));

const lateEnd: Behaviour = {
  says: 'a stream that ends later than its last value gives its values and nothing else',
  source: 'docs/reference/differences.md (late completion); Nest 12.1.1, behaviour 14',
  async prove(stage) {
    expect(await streamAnswers(stage, endsLate)).toEqual([{ item: 1 }]);
  },
  differs: {
    'built-in': {
      because: 'the message that ends the stream is given to the caller as null',
      async instead(stage) {
        expect(await streamAnswers(stage, endsLate)).toEqual([{ item: 1 }, null]);
      },
    },
  },
};

export const replyStreams: Subject = {
  name: 'streams as replies',
  behaviours: [
    {
      says: 'several values reach the caller in their order, and then the end',
      source: 'Nest server-kafka.spec "3-value stream: 3 sends"; Nest 12.1.1, behaviour 14',
      async prove(stage) {
        expect(await streamAnswers(stage, () => from(items))).toEqual(items);
      },
    },
    {
      says: 'a promise of a stream is a stream',
      source: 'Nest microservices basics: Asynchronous responses',
      async prove(stage) {
        const later = async () => {
          await Promise.resolve();
          return defer(() => from(items)).pipe(delay(10));
        };
        expect(await streamAnswers(stage, later)).toEqual(items);
      },
    },
    lateEnd,
  ],
};
