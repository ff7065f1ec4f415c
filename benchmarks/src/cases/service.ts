import { SLOW_BACKLOG_MS, SLOW_HANDLER_CONCURRENCY, SLOW_HANDLER_MS } from '../process/durations.js';
import { ContestantProcess } from '../process/contestant-process.js';
import { type Case, roleFor } from './case.js';
import { cpuShare, duration, peakMemory, rate } from './figures.js';

const BYTES = 200;

const k = (count: number): string => count.toLocaleString('en-US');

/** A backlog that waits in the topic, handled by one service. */
export function backlogCase(
  messages: number,
  { pipes = false, partitions = 4, builtInMessages = messages } = {},
): Case {
  const handler = pipes ? 'ValidationPipe and an interceptor' : 'a handler';
  const spread = partitions === 4 ? '' : `, ${partitions} partitions`;
  return {
    title: `backlog of ${k(messages)} events through ${handler}${spread}${builtInMessages < messages ? ` (built-in: ${k(builtInMessages)})` : ''}`,
    figures: [rate],
    forEngine: !pipes,
    async run(round) {
      const { name, contestant, createTopics, fill } = round;
      const count = contestant === 'built-in' ? builtInMessages : messages;
      await createTopics([
        { topic: `${name}.event`, partitions },
        { topic: `${name}.request`, partitions: 1 },
      ]);
      await fill(`${name}.event`, count, BYTES);
      return ContestantProcess.start(roleFor(round, { kind: 'backlog', messages: count, pipes })).result();
    },
  };
}

/**
 * A handler that waits for something, on one partition: what `@Delivery({ order: 'key', concurrency: 200 })` brings where the
 * built-in can only go one by one. Each contestant gets a backlog that takes it some seconds; the rates are compared.
 */
export function slowHandlerCase(): Case {
  const keys = 1_000;
  return {
    title: `handler of ${SLOW_HANDLER_MS} ms, 1 partition; nest-kafka by key, ${SLOW_HANDLER_CONCURRENCY} at once`,
    figures: [rate],
    forEngine: false,
    async run(round) {
      const { name, contestant, createTopics, fill } = round;
      const messages = contestant === 'built-in' ? 500 : 60_000;
      await createTopics([{ topic: `${name}.event`, partitions: 1 }]);
      await fill(`${name}.event`, messages, BYTES, keys);
      return ContestantProcess.start(roleFor(round, { kind: 'slow-handler', messages })).result();
    },
  };
}

/** A handler that is slower than what waits for it: what the process holds of 500 MB then. */
export function slowBacklogCase({ byKey = false } = {}): Case {
  const how = byKey ? `; nest-kafka by key, ${SLOW_HANDLER_CONCURRENCY} at once` : '';
  return {
    title: `memory: handler of ${SLOW_HANDLER_MS} ms for ${SLOW_BACKLOG_MS / 1_000} s before 500,000 events of 1 KB${how}`,
    figures: [peakMemory],
    forEngine: false,
    async run(round) {
      const { name, createTopics, fill } = round;
      await createTopics([{ topic: `${name}.event`, partitions: 4 }]);
      await fill(`${name}.event`, 500_000, 1_024, 1_000);
      return ContestantProcess.start(roleFor(round, { kind: 'slow-backlog', byKey })).result();
    },
  };
}

export function firstEventCase(): Case {
  return {
    title: 'start of a service to its first event',
    figures: [duration],
    forEngine: false,
    async run(round) {
      const { name, createTopics, fill } = round;
      await createTopics([
        { topic: `${name}.event`, partitions: 4 },
        { topic: `${name}.request`, partitions: 1 },
      ]);
      await fill(`${name}.event`, 1, BYTES);
      return ContestantProcess.start(roleFor(round, { kind: 'first-event' })).result();
    },
  };
}

/** A service that is subscribed to so many topics, on none of which anything happens. */
export function idleCase(topics: number): Case {
  return {
    title: `idle, ${topics} topics subscribed`,
    figures: [cpuShare],
    forEngine: false,
    async run(round) {
      const { name, createTopics, fill } = round;
      const names = Array.from({ length: topics }, (_, i) => `${name}.${i}`);
      await createTopics(names.map(topic => ({ topic, partitions: 1 })));
      for (const topic of names) {
        await fill(topic, 1, BYTES);
      }
      return ContestantProcess.start(roleFor(round, { kind: 'idle', topics })).result();
    },
  };
}

export function importCase(): Case {
  return {
    title: 'import of the transport and its engine',
    figures: [duration],
    forEngine: false,
    run: round => ContestantProcess.start(roleFor(round, { kind: 'import' })).result(),
  };
}
