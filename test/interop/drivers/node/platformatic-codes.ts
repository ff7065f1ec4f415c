import { findErrorBy, protocolErrors } from '@platformatic/kafka';

/** The protocol's error code in what @platformatic/kafka threw, which may hold it in an error of an error. */
export async function codeOf(attempt: Promise<unknown>): Promise<number> {
  try {
    await attempt;
    return 0;
  } catch (error) {
    for (const { code } of Object.values(protocolErrors)) {
      if (error instanceof Error && findErrorBy(error, 'apiCode', code)) return code;
    }
    throw error;
  }
}
