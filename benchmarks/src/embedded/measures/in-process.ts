import type { SmallProduce } from '../../process/embedded/small-produce.js';
import type { CycleReport } from '../../process/embedded/start-stop-cycles.js';
import { reportOf } from '../child-report.js';
import { atMost, milliseconds, type Finding } from './measure.js';

const PRODUCE_BOUND_MS = 0.3;
/** What is compiled meanwhile makes it go up and down by some hundred; a broker that is held would cost that by itself, 180 times. */
const HEAP_GROWTH_BOUND_KB = 1_000;

const kilobytes = (value: number): string => `${value.toFixed(0)} KB`;

export async function measureCycles(): Promise<readonly Finding[]> {
  const { report } = await reportOf<CycleReport>('start-stop-cycles', ['--expose-gc']);
  const { cycles, heapGrowthBytes, leftObjects, leftResources, medianStartMilliseconds, medianStopMilliseconds } =
    report;
  return [
    atMost(`${cycles} cycles of start and stop: heap growth`, heapGrowthBytes / 1_000, HEAP_GROWTH_BOUND_KB, kilobytes),
    {
      title: '· brokers, listeners and connections that are still held',
      value: String(leftObjects),
      aim: 'none',
      isMet: leftObjects === 0,
    },
    {
      title: '· handles and timers left',
      value: leftResources.length === 0 ? 'none' : leftResources.join(', '),
      aim: 'none',
      isMet: leftResources.length === 0,
    },
    {
      title: '· start and stop (medians)',
      value: `${milliseconds(medianStartMilliseconds)}, ${milliseconds(medianStopMilliseconds)}`,
      aim: '',
    },
  ];
}

export async function measureSmallProduce(): Promise<readonly Finding[]> {
  const { report } = await reportOf<SmallProduce>('small-produce');
  return [
    atMost(
      'one small produce acknowledged, client and broker in one process: p50',
      report.p50,
      PRODUCE_BOUND_MS,
      value => `${value.toFixed(3)} ms`,
    ),
    { title: '· p99', value: `${report.p99.toFixed(3)} ms`, aim: '' },
  ];
}
