import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Admin, Kafka } from 'kafkajs-platformatic';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ManualAckContext, ServerKafka } from '../../src/index.js';
import { DELIVERY } from '../../src/delivery/delivery.decorator.js';
import type { KafkaContext } from '../../src/server/kafka-context.js';
import type { Ground } from '../ground.js';
import { crashPolicies, topicOf } from './crash-policies.ts';
import { listenQuietly } from './listen-quietly.js';

const program = fileURLToPath(new URL('crashing-service.ts', import.meta.url));
/** Beyond KafkaJS's options, so its type does not know it. */
const STATIC = { groupInstanceId: 'crashing' };
const PATIENCE = { timeout: 40_000, interval: 100 };

interface Crash {
  readonly says: string;
  /** Key and value. */
  readonly messages: readonly (readonly [key: string, value: string])[];
  /** What the first process has in its hands, or has had, when it is killed. */
  readonly before: readonly string[];
  /** The committed offset then; with `+` something beyond it is done, too. */
  readonly committed: string;
  /** What the second process gets. */
  readonly after: readonly string[];
  /** The committed offset in the end; default: behind the last message. */
  readonly end?: number;
}

const CRASHES: Readonly<Record<string, Crash>> = {
  handler: {
    says: "of ack 'handler': what had not ended is delivered again, and what stood behind it",
    messages: [
      ['a', '0 done'],
      ['a', '1 hangs'],
      ['a', '2 done'],
    ],
    before: ['0 done', '1 hangs'],
    committed: '1',
    after: ['1 hangs', '2 done'],
  },
  key: {
    says: "of order 'key': what had not ended is delivered again, before those of its key; other keys' are not",
    messages: [
      ['a', '0 hangs'],
      ['b', '1 done'],
      ['a', '2 done'],
    ],
    before: ['0 hangs', '1 done'],
    committed: '0+',
    after: ['0 hangs', '2 done'],
  },
  none: {
    says: "of order 'none': only what had not ended is delivered again",
    messages: [
      ['a', '0 hangs'],
      ['a', '1 done'],
    ],
    before: ['0 hangs', '1 done'],
    committed: '0+',
    after: ['0 hangs'],
  },
  manual: {
    says: "of ack 'manual': only what was not acknowledged is delivered again",
    messages: [
      ['a', '0 done'],
      ['a', '1 hangs'],
      ['a', '2 done'],
    ],
    before: ['0 done', '1 hangs', '2 done'],
    committed: '1+',
    after: ['1 hangs'],
  },
  receipt: {
    says: "of ack 'receipt': what was with a handler is lost, what stood behind it is delivered",
    messages: [
      ['a', '0 hangs'],
      ['a', '1 done'],
    ],
    before: ['0 hangs'],
    committed: '1',
    after: ['1 done'],
  },
  batch: {
    says: 'of `batch`: the batch is delivered again, in order, and what stood behind it',
    messages: [
      ['a', '0 done'],
      ['a', '1 hangs'],
      ['a', '2 done'],
    ],
    before: ['0 done', '1 hangs'],
    committed: '0',
    after: ['0 done', '1 hangs', '2 done'],
  },
  retry: {
    says: 'of `retry`: what waited for its next delivery is delivered at once, its attempts counted anew',
    messages: [
      ['a', '0 fails'],
      ['a', '1 done'],
    ],
    before: ['0 fails'],
    committed: '0',
    after: ['0 fails', '1 done'],
  },
  rateLimit: {
    says: 'of a `rateLimit`: what waited for its turn is delivered; the new process counts anew',
    messages: [
      ['a', '0 done'],
      ['a', '1 done'],
      ['a', '2 done'],
    ],
    before: ['0 done'],
    committed: '1',
    after: ['1 done'],
    end: 2,
  },
  filter: {
    says: 'of a `filter`: what had not ended is delivered again, and what is not wanted stays away',
    messages: [
      ['a', '0 unwanted'],
      ['a', '1 hangs'],
      ['a', '2 unwanted'],
      ['a', '3 done'],
    ],
    before: ['1 hangs'],
    committed: '1',
    after: ['1 hangs', '3 done'],
  },
  paused: {
    says: 'of a paused handler: nothing is lost, and the next process is not paused',
    messages: [['a', '0 done']],
    before: [],
    committed: '0',
    after: ['0 done'],
  },
};

/** Every word in a crash: one process is killed with messages in all of its handlers, another one takes its place. */
export function crashRules(ground: () => Ground): void {
  describe('crash', () => {
    const words = Object.keys(crashPolicies);
    const [before, after] = [new Map<string, string[]>(), new Map<string, string[]>()];
    const attempts: number[] = [];
    let [prefix, group] = ['', ''];
    let server: ServerKafka;
    let admin: Admin;

    beforeAll(async () => {
      [prefix, group] = [ground().unique('crash'), ground().unique('crash')];
      const kafka = new Kafka({ brokers: ground().brokers, logLevel: 0 });
      admin = kafka.admin();
      const producer = kafka.producer();
      await Promise.all([admin.connect(), producer.connect()]);
      await Promise.all(words.map(word => ground().createTopic(topicOf(prefix, word), 1)));
      await producer.sendBatch({
        topicMessages: Object.entries(CRASHES).map(([word, { messages }]) => ({
          topic: topicOf(prefix, word),
          messages: messages.map(([key, value]) => ({ key, value })),
        })),
      });
      await producer.disconnect();
      await crash();
      server = await follow();
    }, 60_000);
    afterAll(async () => {
      await server?.close();
      await admin.disconnect();
    });

    /** As in `Crash.committed`. */
    async function committed(word: string): Promise<string> {
      const [offsets] = await admin.fetchOffsets({ groupId: `${group}-server`, topics: [topicOf(prefix, word)] });
      const { offset = '-1', metadata } = offsets?.partitions[0] ?? {};
      return offset === '-1' ? '' : `${offset}${metadata ? '+' : ''}`;
    }

    /** The instance id makes the second process take the place of the first one at once. */
    async function crash(): Promise<void> {
      const child = fork(program, [ground().brokers.join(','), prefix, group, STATIC.groupInstanceId]);
      const exited = once(child, 'exit');
      child.on('message', message => {
        const { word, data } = message as { word: string; data: string | string[] };
        before.set(word, [...(before.get(word) ?? []), data].flat());
      });
      try {
        await vi.waitFor(async () => {
          const found = words.map(async word => [word, await committed(word), (before.get(word) ?? []).toSorted()]);
          const expected = words.map(word => [word, CRASHES[word]?.committed, CRASHES[word]?.before.toSorted()]);
          expect(await Promise.all(found)).toEqual(expected);
        }, PATIENCE);
      } finally {
        child.kill('SIGKILL');
        await exited;
      }
    }

    async function follow(): Promise<ServerKafka> {
      const next = new ServerKafka({
        ...ground().options(group, {
          consumer: { groupId: group, ...STATIC },
          subscribe: { fromBeginning: true },
          run: { autoCommitInterval: 50 },
        }),
      });
      for (const [word, policy] of Object.entries(crashPolicies)) {
        const seen: string[] = [];
        after.set(word, seen);
        const handler = async (data: string | string[], context: KafkaContext): Promise<void> => {
          seen.push(...[data].flat());
          attempts.push(context.getAttempt());
          if (context instanceof ManualAckContext) {
            context.ack();
          }
          await Promise.resolve();
        };
        next.addHandler(topicOf(prefix, word), handler, true, { [DELIVERY]: policy } as Record<string, unknown>);
      }
      await listenQuietly(next);
      return next;
    }

    it.each(Object.entries(CRASHES).map(([word, its]) => [its.says, word, its] as const))(
      '%s',
      async (_, word, { after: expected, messages, end = messages.length }) => {
        await expect.poll(() => committed(word), PATIENCE).toBe(String(end));
        expect(after.get(word)).toEqual(expected);
        expect(Math.max(...attempts)).toBe(1);
      },
    );
  });
}
