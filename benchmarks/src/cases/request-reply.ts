import { ContestantProcess } from '../process/contestant-process.js';
import type { Result } from '../process/protocol.js';
import { type Case, type Figure, roleFor, type Round } from './case.js';
import { duration, latency, rate } from './figures.js';

const PARTITIONS = 4;
const BYTES = 200;

/** `send` and its reply: client and server of the same contestant, each in a process. */
function requestCase(title: string, figures: Figure[], work: Parameters<typeof roleFor>[1]): Case {
  return {
    title,
    figures,
    forEngine: false,
    run: round => withServer(round, () => ContestantProcess.start(roleFor(round, work)).result()),
  };
}

async function withServer(round: Round, work: () => Promise<Result>): Promise<Result> {
  const { name, createTopics } = round;
  await createTopics([
    { topic: `${name}.request`, partitions: PARTITIONS },
    { topic: `${name}.request.reply`, partitions: PARTITIONS },
    { topic: `${name}.event`, partitions: 1 },
  ]);
  const server = ContestantProcess.start(roleFor(round, { kind: 'server' }));
  try {
    await server.ready();
    return await work();
  } finally {
    await server.stop();
  }
}

export function requestReplyCase(concurrency: number): Case {
  return concurrency === 1
    ? requestCase('send → reply, one at a time', [latency(0.5, 'p50'), latency(0.99, 'p99')], {
        kind: 'request',
        concurrency,
        bytes: BYTES,
      })
    : requestCase(`send → reply, ${concurrency} at once`, [rate], { kind: 'request', concurrency, bytes: BYTES });
}

export function requestRateCase(perSecond: number): Case {
  return requestCase(
    `send → reply at ${perSecond}/s`,
    [latency(0.5, 'p50'), latency(0.99, 'p99'), latency(0.999, 'p99.9')],
    { kind: 'request-rate', perSecond, bytes: BYTES },
  );
}

export function firstReplyCase(): Case {
  return requestCase('start of a client to its first reply', [duration], { kind: 'first-reply' });
}
