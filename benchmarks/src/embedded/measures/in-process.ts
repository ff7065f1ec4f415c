import type { SmallProduce } from '../../process/embedded/small-produce.js';
import type { CycleReport } from '../../process/embedded/start-stop-cycles.js';
import { reportOf } from '../child-report.js';
import { atMost, milliseconds, type Finding } from './measure.js';

const PRODUCE_BOUND_MS = 0.3;
/** Not a kilobyte a cycle: what is left of 180 of them is the noise of one garbage collection. */
const HEAP_GROWTH_BOUND_KB = 150;

const kilobytes = (value: number): string => `${value.toFixed(0)} KB`;

export async function measureCycles(): Promise<readonly Finding[]> {
  const { report } = await reportOf<CycleReport>('start-stop-cycles', ['--expose-gc']);
  const { cycles, heapGrowthBytes, leftResources, medianStartMilliseconds, medianStopMilliseconds } = report;
  return [
    atMost(`${cycles} cycles of start and stop: heap growth`, heapGrowthBytes / 1_000, HEAP_GROWTH_BOUND_KB, kilobytes),
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
