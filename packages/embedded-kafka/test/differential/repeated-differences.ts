import type { FoundDifference } from './listed-difference.js';

/** A difference that three plays in a row have is no accident. */
const PLAYS = 3;

/**
 * The differences that stay when a conversation is played again. Apache Kafka's answers depend on its own pace here and there (a
 * transaction's markers that are not written yet, a coordinator that still loads), so a difference seen once on a loaded machine
 * says nothing: one that is there each time does.
 *
 * @param judge plays the conversation in these versions and tells what differs
 */
export async function repeatedDifferences(
  versions: readonly number[],
  judge: (versions: readonly number[]) => Promise<readonly FoundDifference[]>,
): Promise<readonly FoundDifference[]> {
  let differences = await judge(versions);
  for (let play = 2; play <= PLAYS && differences.length > 0; play++) {
    differences = await judge([...new Set(differences.map(({ version }) => version))]);
  }
  return differences;
}
