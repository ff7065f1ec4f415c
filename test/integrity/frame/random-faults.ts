import { setTimeout as wait } from 'node:timers/promises';
import type { Flaw } from '../network/flaw.js';
import { type IntegrityCluster, RESTART } from './integrity-cluster.js';
import { moveLeaders } from './leader-moves.js';
import type { Stage } from './run-scenario.js';

/** Something that is done to the cluster and undone again. */
export interface Fault {
  readonly name: string;
  happen(cluster: IntegrityCluster, nodeId: number, stage: Stage): Promise<void>;
}

const ABSENCE = 5_000;
const FLAWED = 6_000;

const networkFault = (name: string, flaw: Flaw): Fault => ({
  name,
  happen: async (cluster, nodeId) => {
    const network = cluster.network(nodeId);
    network.set(flaw);
    await wait(FLAWED);
    network.heal();
  },
});

/** Each leaves a majority of the brokers to the clients, and ends by itself. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'killed with -9',
    happen: async (cluster, nodeId) => {
      await cluster.node(nodeId).kill();
      await wait(ABSENCE);
      await cluster.node(nodeId).start(RESTART);
    },
  },
  {
    name: 'stopped in an orderly way',
    happen: async (cluster, nodeId) => {
      await cluster.node(nodeId).stop();
      await wait(ABSENCE);
      await cluster.node(nodeId).start(RESTART);
    },
  },
  {
    name: 'stopped with -STOP',
    happen: async (cluster, nodeId) => {
      cluster.node(nodeId).freeze();
      await wait(ABSENCE);
      cluster.node(nodeId).thaw();
    },
  },
  networkFault('behind a network that takes 250 ms longer in each direction', { kind: 'slow', milliseconds: 250 }),
  networkFault('cut off', { kind: 'cut' }),
  networkFault('half-open', { kind: 'half-open' }),
  networkFault('stalled', { kind: 'stalled' }),
  networkFault('answering with garbage now and then', { kind: 'garbage', oneIn: 20 }),
  networkFault('truncating answers now and then', { kind: 'truncated', oneIn: 20 }),
  {
    name: 'freed of its leaders, and given them back',
    happen: async (cluster, nodeId, { runs }) => {
      const topics = runs.flatMap(({ subject }) => [subject.event, subject.request, `${subject.request}.reply`]);
      await moveLeaders(cluster, topics, nodeId);
    },
  },
  {
    name: '(no node: a consumer process is killed and replaced)',
    happen: async (_, __, { runs }) => {
      for (const { processes } of runs) {
        await processes.kill();
        await processes.add();
      }
    },
  },
];
