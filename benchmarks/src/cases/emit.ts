import { ContestantProcess } from '../process/contestant-process.js';
import type { Case } from './case.js';
import { rate } from './figures.js';

const PARTITIONS = 4;
const BYTES = 200;

/** `emit`, with `concurrency` of them awaited at once. */
export function emitCase(concurrency: number, messages: number): Case {
  return {
    title: `emit, ${concurrency} awaited at once`,
    figure: rate,
    async run(contestant, { brokers, name, createTopics }) {
      await createTopics([{ topic: `${name}.event`, partitions: PARTITIONS }]);
      const settings = { brokers, name };
      return ContestantProcess.start({
        kind: 'emit',
        contestant,
        settings,
        topic: name,
        messages,
        concurrency,
        bytes: BYTES,
      }).result();
    },
  };
}
