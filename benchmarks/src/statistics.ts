/** The middle value; the mean of the two middle values for an even count. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the share `q` of the values lies, linearly interpolated. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) {
    throw new RangeError('A quantile needs at least one value.');
  }
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}
