import type { Sides } from '../sides.js';
import type { Comparison } from './comparison.js';
import { formatNumber } from './markdown.js';

const WIDTH = 860;
const LABELS = 430;
const ROW = 24;
const TOP = 44;
const BAR = 14;
/** Room behind the longest bar for its number. */
const MARGIN = 70;

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * The ratios as bars on a logarithmic scale, on which twice as good is as far from equal as half as good: a line marks 1,
 * where both are equal, and a thin line across each bar the spread of its rounds.
 */
export function toSvg(comparisons: readonly Comparison[], [baseline, ours]: Sides): string {
  const extremes = comparisons.flatMap(({ ratio }) => [ratio.min, ratio.max]);
  const low = Math.log(Math.min(1, ...extremes));
  const high = Math.log(Math.max(2, ...extremes));
  const x = (ratio: number): number => LABELS + ((Math.log(ratio) - low) / (high - low)) * (WIDTH - LABELS - MARGIN);
  const height = TOP + comparisons.length * ROW + 12;
  const rows = comparisons.map(({ title, ratio }, index) => {
    const y = TOP + index * ROW;
    const middle = y + BAR / 2;
    const from = Math.min(x(1), x(ratio.median));
    const width = Math.max(1, Math.abs(x(ratio.median) - x(1)));
    const color = ratio.median >= 1 ? '#2f81c7' : '#c7522f';
    return [
      `<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escapeXml(title)}</text>`,
      `<rect x="${from.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`,
      `<path d="M${x(ratio.min).toFixed(1)} ${middle}H${x(ratio.max).toFixed(1)}" stroke="#808080"/>`,
      `<text x="${(Math.max(x(1), x(ratio.max)) + 6).toFixed(1)}" y="${middle + 4}" font-weight="bold">${formatNumber(ratio.median)} ×</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#808080">`,
    `<text x="${LABELS - 10}" y="20" text-anchor="end" font-size="14" font-weight="bold">${escapeXml(ours.name)}, times better than ${escapeXml(baseline.name)}</text>`,
    `<path d="M${x(1).toFixed(1)} ${TOP - 10}V${height - 8}" stroke="#808080" stroke-dasharray="3 3"/>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}
