import { EmbeddedKafka } from '../../src/index.js';
import { describeCluster } from './cluster-behaviours.js';

describeCluster(
  'three nodes of the embedded broker',
  async () => {
    const kafka = await EmbeddedKafka.start({ brokers: 3 });
    return {
      brokers: kafka.brokers,
      stopNode: id => kafka.stopNode(id),
      startNode: id => kafka.startNode(id),
      end: () => kafka.stop(),
    };
  },
  'nodes',
);
