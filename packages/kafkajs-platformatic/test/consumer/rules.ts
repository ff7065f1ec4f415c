import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { abortedRules } from './aborted-rules.js';
import { consumerProtocolRules } from './consumer-protocol-rules.js';
import { cooperativeRules } from './cooperative-rules.js';
import { deferralRules } from './deferral-rules.js';
import { deliveryRules } from './delivery-rules.js';
import { membershipRules } from './membership-rules.js';
import { positionRules } from './position-rules.js';
import { rebalanceRules } from './rebalance-rules.js';
import { RuleContext, type Pace } from './rule-context.js';
import { shutdownRules } from './shutdown-rules.js';
import { topicRules } from './topic-rules.js';

/** The rules of a consumer (docs: DESIGN.md), on any broker. */
export function describeConsumerRules(name: string, brokers: () => Promise<string[]> | string[], pace: Pace): void {
  describe(`A consumer on ${name}`, () => {
    const context = new RuleContext(pace);
    beforeAll(async () => context.open(await brokers()));
    afterEach(() => context.ground.closeConsumers());
    afterAll(() => context.ground.close());
    deliveryRules(context);
    deferralRules(context);
    rebalanceRules(context);
    cooperativeRules(context);
    positionRules(context);
    membershipRules(context);
    shutdownRules(context);
    topicRules(context);
    abortedRules(context);
  });
}

/** The same for groups whose broker assigns (KIP-848). */
export function describeConsumerProtocolRules(
  name: string,
  brokers: () => Promise<string[]> | string[],
  messages: number,
): void {
  describe(`A consumer of the broker's group protocol (KIP-848) on ${name}`, () => {
    const context = new RuleContext({ session: 0, blockade: 0 });
    beforeAll(async () => context.open(await brokers()));
    afterEach(() => context.ground.closeConsumers());
    afterAll(() => context.ground.close());
    consumerProtocolRules(context, messages);
  });
}
