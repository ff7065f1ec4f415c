import { startKafka } from '../../../../scripts/kafka/index.ts';
import { describeCluster } from '../cluster/cluster-behaviours.js';

describeCluster(
  'three nodes of Apache Kafka',
  async () => {
    const kafka = await startKafka({
      nodes: 3,
      timeout: 170_000,
      // A killed broker is given up, and a lagging follower let go, soon enough for a test.
      properties: { 'broker.session.timeout.ms': 3_000, 'broker.heartbeat.interval.ms': 500 },
    });
    const node = (id: number): (typeof kafka.nodes)[number] => kafka.nodes[id - 1]!;
    return {
      brokers: kafka.brokers,
      stopNode: id => node(id).kill(),
      startNode: id => node(id).start(),
      end: () => kafka.stop(),
    };
  },
  'nodes',
);
