import type { EmbeddedKafka } from 'embedded-kafka';

export const GROUP = 'league';
export const WAVE = 10;

/** What happens to a cluster between two waves of messages; the partitions of `heroes` lie on all nodes. */
export const mishaps: readonly (readonly [what: string, happens: (kafka: EmbeddedKafka) => Promise<void>])[] = [
  [
    'leaders move',
    async kafka => {
      for (const partition of [0, 1, 2]) {
        await kafka.moveLeader('heroes', partition, (kafka.leaderOf('heroes', partition) % 3) + 1);
      }
    },
  ],
  ['the coordinator moves', kafka => kafka.moveGroupCoordinator(GROUP, (kafka.groupCoordinatorOf(GROUP) % 3) + 1)],
  ['the coordinator stops', kafka => kafka.stopNode(kafka.groupCoordinatorOf(GROUP))],
  [
    'it comes back',
    async kafka => {
      for (const { id } of kafka.nodes) await kafka.startNode(id);
    },
  ],
  [
    'all nodes restart, one by one',
    async kafka => {
      for (const { id } of kafka.nodes) {
        await kafka.stopNode(id);
        await kafka.startNode(id);
      }
    },
  ],
];
