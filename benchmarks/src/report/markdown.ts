import type { Comparison } from './comparison.js';

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 1 : 2);

const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;

/** The table that the README shows: no figure without its twin from the same run. */
export function toMarkdown(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(c => {
    const { median, min, max } = c.ratio;
    return [
      c.title,
      `${number(c.builtIn)} ${c.unit}`,
      `${number(c.ours)} ${c.unit}`,
      `**${number(median)} ×** (${number(min)}–${number(max)})`,
      `${number(c.cpuMicrosecondsPerMessage.builtIn)} → ${number(c.cpuMicrosecondsPerMessage.ours)}`,
      `${number(c.peakRssMegabytes.builtIn)} → ${number(c.peakRssMegabytes.ours)}`,
    ];
  });
  const header = ['work', 'built-in', 'nest-kafka', 'better by (rounds)', 'client CPU µs/message', 'peak RSS MB'];
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n') + '\n';
}
