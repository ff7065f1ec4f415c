/** Whether a record was refused for its size: Kafka's names, by which engines mark their errors somewhere in the chain of causes. */
export function isTooLarge(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let link = error; typeof link === 'object' && link !== null && !seen.has(link);) {
    seen.add(link);
    const { type, cause, originalError } = link as { type?: unknown; cause?: unknown; originalError?: unknown };
    if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') {
      return true;
    }
    link = cause ?? originalError;
  }
  return false;
}
