import { ContestantProcess } from '../process/contestant-process.js';
import type { Case } from './case.js';
import { medianLatency, rate } from './figures.js';

const PARTITIONS = 4;
const BYTES = 200;

/** `send` and its reply: client and server of the same contestant, each in a process. */
export function requestReplyCase(concurrency: number, messages: number): Case {
  return {
    title: concurrency === 1 ? 'send → reply, one at a time, p50' : `send → reply, ${concurrency} at once`,
    figure: concurrency === 1 ? medianLatency : rate,
    async run(contestant, { brokers, name, createTopics }) {
      await createTopics([
        { topic: `${name}.request`, partitions: PARTITIONS },
        { topic: `${name}.request.reply`, partitions: PARTITIONS },
        { topic: `${name}.event`, partitions: 1 },
      ]);
      const settings = { brokers, name };
      const server = ContestantProcess.start({ kind: 'server', contestant, settings, topic: name });
      try {
        await server.ready();
        return await ContestantProcess.start({
          kind: 'request',
          contestant,
          settings,
          topic: name,
          messages,
          concurrency,
          bytes: BYTES,
        }).result();
      } finally {
        await server.stop();
      }
    },
  };
}
