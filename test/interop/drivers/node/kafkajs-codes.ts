/** The protocol's error code in what KafkaJS threw, which may hold it in a list of errors. */
export async function codeOf(attempt: Promise<unknown>): Promise<number> {
  try {
    await attempt;
    return 0;
  } catch (error) {
    const code = find(error);
    if (code === undefined) throw error;
    return code;
  }
}

function find(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'number') return error.code;
  if ('errorCode' in error && typeof error.errorCode === 'number') return error.errorCode;
  for (const field of ['errors', 'groups', 'partitions', 'cause'] as const) {
    const inner: unknown = (error as Record<string, unknown>)[field];
    for (const each of Array.isArray(inner) ? inner : [inner]) {
      const code = find(each);
      if (code !== undefined) return code;
    }
  }
  return undefined;
}
