import { ContestantProcess } from '../process/contestant-process.js';
import type { Case } from './case.js';
import { rate } from './figures.js';

const PARTITIONS = 4;
const BYTES = 200;

/** A backlog that waits in the topic, handled by one service with `@Payload()` only. */
export function backlogCase(messages: number): Case {
  return {
    title: `backlog of ${messages.toLocaleString('en-US')} events through a handler`,
    figure: rate,
    async run(contestant, { brokers, name, createTopics, fill }) {
      await createTopics([
        { topic: `${name}.event`, partitions: PARTITIONS },
        { topic: `${name}.request`, partitions: 1 },
      ]);
      await fill(`${name}.event`, messages, BYTES);
      const settings = { brokers, name };
      return ContestantProcess.start({ kind: 'backlog', contestant, settings, topic: name, messages }).result();
    },
  };
}
