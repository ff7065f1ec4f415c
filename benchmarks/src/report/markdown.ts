import type { Sides } from '../sides.js';
import type { Comparison } from './comparison.js';

export const formatNumber = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 1 : 2);

const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;

/** No figure without its twin from the same run. */
export function toMarkdown(comparisons: readonly Comparison[], [baseline, ours]: Sides): string {
  const rows = comparisons.map(c => {
    const { median, min, max } = c.ratio;
    const cpu = c.cpuMicrosecondsPerMessage;
    const rss = c.peakRssMegabytes;
    return [
      c.title,
      `${formatNumber(c.baseline)} ${c.unit}`,
      `${formatNumber(c.ours)} ${c.unit}`,
      `**${formatNumber(median)} ×** (${formatNumber(min)}–${formatNumber(max)})`,
      `${formatNumber(cpu.baseline)} → ${formatNumber(cpu.ours)}`,
      `${formatNumber(rss.baseline)} → ${formatNumber(rss.ours)}`,
    ];
  });
  const header = ['work', baseline.name, ours.name, 'better by (rounds)', 'CPU µs/message', 'peak RSS MB'];
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n') + '\n';
}
