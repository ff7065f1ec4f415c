import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PartitionAssigners } from '../../src/assigners/index.js';
import { rebalance, type RebalanceScenario } from '../consumer/rebalance-scenario.js';
import { RuleContext } from '../consumer/rule-context.js';

/** How often each scenario is played; 20 for the evidence in a release. */
const ROUNDS = Number(process.env['REBALANCE_ROUNDS'] ?? 1);

const SCENARIOS: Record<string, RebalanceScenario> = {
  'two eager members': {},
  'an eager member and one of kafkajs': { second: 'kafkajs' },
  'two cooperative members': { config: { partitionAssigners: [PartitionAssigners.cooperativeSticky] } },
  'two members of the protocol of KIP-848': { config: { groupProtocol: 'consumer' }, messages: 600 },
};

describe('Over many rebalances on Apache Kafka', () => {
  const context = new RuleContext({ session: 6_000, blockade: 0 });
  beforeAll(() => context.open((process.env['KAFKA_BROKERS'] ?? '').split(',')));
  afterEach(() => context.ground.closeConsumers());
  afterAll(() => context.ground.close());

  it.each(Object.entries(SCENARIOS))(
    '%s lose nothing and handle nothing twice',
    async (_name, scenario) => {
      for (let round = 1; round <= ROUNDS; round++) {
        const outcome = await rebalance(context, scenario);
        expect({ round, ...outcome }).toMatchObject({ lost: 0, repeated: 0 });
      }
    },
    ROUNDS * 60_000,
  );
});
