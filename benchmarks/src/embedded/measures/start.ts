import { Kafka, logLevel } from 'kafkajs-platformatic';
import type { FirstStart } from '../../process/embedded/first-start.js';
import { median } from '../../statistics.js';
import { BrokerProcess } from '../broker-process.js';
import { reportOf } from '../child-report.js';
import { atMost, megabytes, milliseconds, type Finding } from './measure.js';

const PROCESSES = 15;
const START_BOUND_MS = 20;
const FIRST_PRODUCE_BOUND_MS = 300;

/** The first start of a process each time, with nothing compiled yet. */
export async function measureStart(): Promise<readonly Finding[]> {
  const starts: FirstStart[] = [];
  const firstProduces: number[] = [];
  const bare: number[] = [];
  for (let count = 0; count < PROCESSES; count++) {
    starts.push((await reportOf<FirstStart>('first-start')).report);
    bare.push((await reportOf<number>('bare-node')).report);
    firstProduces.push(await firstProduce());
  }
  const of = (figure: keyof FirstStart): number => median(starts.map(start => start[figure]));
  return [
    atMost(
      'start in process, the first of its process (median of 15)',
      of('startMilliseconds'),
      START_BOUND_MS,
      milliseconds,
    ),
    { title: '· its CPU time', value: milliseconds(of('startCpuMilliseconds')), aim: '' },
    {
      title: 'import before it; its CPU time',
      value: `${milliseconds(of('importMilliseconds'))}; ${milliseconds(of('importCpuMilliseconds'))}`,
      aim: '',
    },
    { title: 'RSS after both, beyond bare Node', value: megabytes(of('rssMegabytes') - median(bare)), aim: '' },
    atMost(
      'cold process to the first produce acknowledged (median of 15)',
      median(firstProduces),
      FIRST_PRODUCE_BOUND_MS,
      milliseconds,
    ),
  ];
}

/** From the creation of the process to an acknowledged produce to a topic that did not exist. */
async function firstProduce(): Promise<number> {
  const forkedAt = performance.now();
  const broker = await BrokerProcess.start();
  const client = new Kafka({ clientId: 'bench', brokers: [...broker.brokers], logLevel: logLevel.ERROR });
  const producer = client.producer({ retry: { initialRetryTime: 5 } });
  try {
    await producer.connect();
    await producer.send({ topic: 'bench-start', messages: [{ value: 'first' }] });
    return performance.now() - forkedAt;
  } finally {
    await producer.disconnect();
    await broker.stop();
  }
}
