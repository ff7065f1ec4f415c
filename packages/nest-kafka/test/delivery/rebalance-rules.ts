import { type Admin, Kafka } from 'kafkajs-platformatic';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DeliveryPolicy, ManualAckBatchContext, ManualAckContext, ServerKafka } from '../../src/index.js';
import { DELIVERY } from '../../src/delivery/delivery.decorator.js';
import type { KafkaContext } from '../../src/server/kafka-context.js';
import type { Ground } from '../ground.js';
import { topicOf } from './crash-policies.ts';
import { listenQuietly } from './listen-quietly.js';

const PATIENCE = { timeout: 40_000, interval: 50 };
const PARTITIONS = [0, 1];
const MESSAGES = 8;
/** The message of each partition at which the first server's handlers stand when the second one comes. */
const STANDS_AT = 2;
const LIMIT = 4;

interface Rebalance {
  readonly says: string;
  readonly policy: DeliveryPolicy;
}

const REBALANCES: Readonly<Record<string, Rebalance>> = {
  handler: { says: "of ack 'handler': what runs ends and is committed, and nothing is repeated", policy: {} },
  none: {
    says: "of order 'none': what runs ends and is committed, and nothing is repeated",
    policy: { order: 'none', concurrency: 3 },
  },
  manual: {
    says: "of ack 'manual': what runs ends, what it acknowledges counts, and nothing is repeated",
    policy: { ack: 'manual' },
  },
  manualBatch: {
    says: "of `batch` with ack 'manual': the batch that runs ends, what it acknowledges counts, and nothing is repeated",
    policy: { ack: 'manual', batch: { size: 2, flushAfter: 50 } },
  },
  receipt: {
    says: "of ack 'receipt': what was received is handled where it was, and nothing is repeated",
    policy: { ack: 'receipt' },
  },
  batch: {
    says: 'of `batch`: the batch that runs ends and is committed, and nothing is repeated',
    policy: { batch: { size: 2, flushAfter: 50 } },
  },
  filter: {
    says: 'of a `filter`: nothing is repeated, and what is not wanted stays away',
    policy: { filter: ({ value }) => Number(value) !== 1 },
  },
  retry: {
    says: 'of `retry`: its delay holds up nobody, and the new owner delivers at once',
    policy: { retry: { delay: 60_000, maxDelay: 60_000 } },
  },
  rateLimit: {
    says: 'of a `rateLimit`: who waits for it holds up nobody, and goes on where the new owner counts anew',
    policy: { rateLimit: { messages: LIMIT, per: 120_000 } },
  },
};

/** Those whose handlers are in the middle of a message when the second server comes. */
const STANDING = Object.keys(REBALANCES).filter(word => word !== 'rateLimit' && word !== 'retry');

/** Every word in a rebalance: a second server joins while the handlers of the first are in the middle of their messages. */
export function rebalanceRules(ground: () => Ground): void {
  describe('rebalance', () => {
    const words = Object.keys(REBALANCES);
    const servers: ServerKafka[] = [];
    /** By word and partition: the message, and who has handled it. */
    const seen = new Map<string, { readonly message: number; readonly by: number }[]>();
    let [prefix, group] = ['', ''];
    let admin: Admin;
    const standing = new Set<string>();
    const failed = new Set<string>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const handledIn = (word: string, partition: number): { readonly message: number; readonly by: number }[] =>
      seen.get(`${word} ${partition}`) ?? [];

    async function serve(by: number): Promise<ServerKafka> {
      const server = new ServerKafka(
        ground().options(group, {
          consumer: { groupId: group, heartbeatInterval: 200, sessionTimeout: 10_000, rebalanceTimeout: 20_000 },
          subscribe: { fromBeginning: true },
          run: { autoCommitInterval: 50 },
        }),
      );
      servers.push(server);
      for (const word of words) {
        const handler = async (data: string | string[], context: KafkaContext): Promise<void> => {
          const messages = [data].flat().map(Number);
          const place = `${word} ${context.getPartition()}`;
          if (by === 0 && STANDING.includes(word) && messages.some(message => message >= STANDS_AT)) {
            standing.add(place);
            await released;
          }
          if (by === 0 && word === 'retry') {
            failed.add(place);
            throw new Error('waits for its next delivery');
          }
          seen.set(place, [...(seen.get(place) ?? []), ...messages.map(message => ({ message, by }))]);
          if (context instanceof ManualAckContext) {
            context.ack();
          } else if (context instanceof ManualAckBatchContext) {
            context.ackAll();
          }
        };
        server.addHandler(topicOf(prefix, word), handler, true, {
          [DELIVERY]: REBALANCES[word]?.policy,
        } as Record<string, unknown>);
      }
      await listenQuietly(server);
      return server;
    }

    beforeAll(async () => {
      [prefix, group] = [ground().unique('rebalance'), ground().unique('rebalance')];
      const kafka = new Kafka({ brokers: ground().brokers, logLevel: 0 });
      admin = kafka.admin();
      const producer = kafka.producer();
      await Promise.all([admin.connect(), producer.connect()]);
      await Promise.all(words.map(word => ground().createTopic(topicOf(prefix, word), PARTITIONS.length)));
      await producer.sendBatch({
        topicMessages: words.map(word => ({
          topic: topicOf(prefix, word),
          messages: PARTITIONS.flatMap(partition =>
            Array.from({ length: MESSAGES }, (_, message) => ({ value: String(message), partition })),
          ),
        })),
      });
      await producer.disconnect();
      const first = await serve(0);
      await vi.waitFor(() => {
        expect(standing.size).toBe(STANDING.length * PARTITIONS.length);
        const rateLimited = PARTITIONS.flatMap(partition => handledIn('rateLimit', partition));
        expect([rateLimited.length, failed.size]).toEqual([LIMIT, PARTITIONS.length]);
      }, PATIENCE);
      const rebalancing = new Promise<void>(resolve => {
        first.status.subscribe(status => status === 'rebalancing' && resolve());
      });
      const second = serve(1);
      await rebalancing;
      release();
      await second;
    }, 60_000);
    afterAll(async () => {
      release();
      await Promise.all(servers.map(server => server.close()));
      await admin?.disconnect();
    });

    async function committed(word: string): Promise<number[]> {
      const [offsets] = await admin.fetchOffsets({ groupId: `${group}-server`, topics: [topicOf(prefix, word)] });
      return PARTITIONS.map(at => Number(offsets?.partitions.find(({ partition }) => partition === at)?.offset ?? -1));
    }

    it.each(STANDING.map(word => [REBALANCES[word]?.says, word] as const))('%s', async (_, word) => {
      await expect.poll(() => committed(word), PATIENCE).toEqual([MESSAGES, MESSAGES]);
      const all = Array.from({ length: MESSAGES }, (_each, message) => message);
      const wanted = word === 'filter' ? all.filter(message => message !== 1) : all;
      for (const partition of PARTITIONS) {
        const messages = handledIn(word, partition).map(({ message }) => message);
        expect(word === 'none' ? messages.toSorted((one, other) => one - other) : messages).toEqual(wanted);
        expect(handledIn(word, partition).find(({ message }) => message === STANDS_AT)?.by).toBe(0);
      }
      const movedOn = PARTITIONS.flatMap(partition => handledIn(word, partition)).filter(({ by }) => by === 1);
      expect(movedOn.length).toBeGreaterThan(0);
    });

    it(`${REBALANCES['retry']?.says}`, async () => {
      const all = Array.from({ length: MESSAGES }, (_, message) => ({ message, by: 1 }));
      await expect
        .poll(() => PARTITIONS.map(partition => handledIn('retry', partition)).toSorted(longestFirst), PATIENCE)
        .toEqual([all, []]);
    });

    it(`${REBALANCES['rateLimit']?.says}`, async () => {
      await expect
        .poll(() => {
          const all = PARTITIONS.flatMap(partition => handledIn('rateLimit', partition));
          return [0, 1].map(by => all.filter(each => each.by === by).length);
        }, PATIENCE)
        .toEqual([LIMIT, LIMIT]);
      for (const partition of PARTITIONS) {
        const messages = handledIn('rateLimit', partition).map(({ message }) => message);
        expect(messages).toEqual(messages.map((_, index) => index));
      }
    });
  });
}

const longestFirst = (one: readonly unknown[], other: readonly unknown[]): number => other.length - one.length;
