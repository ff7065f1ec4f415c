/** As long as a timer of Node can wait, in milliseconds. */
export const LONGEST_TIMER = 0x7fffffff;
export const MAX_PORT = 65_535;

/** A value as it is told in a fault. */
export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

export function isIntegerWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
