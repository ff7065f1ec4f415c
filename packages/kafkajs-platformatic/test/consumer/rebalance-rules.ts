import { expect, it } from 'vitest';
import { rebalance } from './rebalance-scenario.js';
import type { RuleContext } from './rule-context.js';

/** What happens to messages while members come and go. */
export function rebalanceRules(context: RuleContext): void {
  it('hands over partitions without handling a message twice when a member comes and goes', async () => {
    expect(await rebalance(context, {})).toMatchObject({ lost: 0, repeated: 0 });
  }, 60_000);

  it('hands over partitions to and from a kafkajs member without handling a message twice', async () => {
    expect(await rebalance(context, { second: 'kafkajs' })).toMatchObject({ lost: 0, repeated: 0 });
  }, 60_000);
}
