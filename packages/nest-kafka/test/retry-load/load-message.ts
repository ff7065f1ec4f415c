/** A message of the load: who it is, when it was sent, and how often it is to fail. */
export interface LoadMessage {
  readonly id: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly at: number;
  /** More than there are attempts: always. */
  readonly failures: number;
}

export function textOf({ id, at, failures }: LoadMessage): string {
  return `id=${id} at=${at} failures=${failures}`;
}

export function parseMessage(text: string): LoadMessage {
  const [, id = NaN, at = NaN, failures = NaN] = (/^id=(\d+) at=([\d.]+) failures=(\d+)$/.exec(text) ?? []).map(Number);
  return { id, at, failures };
}
