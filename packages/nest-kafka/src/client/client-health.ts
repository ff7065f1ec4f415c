import type { KafkaStatus } from '../driver/kafka-status.js';
import type { Standstill } from '../driver/standstills.js';
import { stalledPartitions } from '../health/kafka-health.js';
import type { KnownHealth } from '../health/judge-health.js';
import type { ReplyRouting } from '../reply/reply-routing.js';
import type { PendingRequests } from './pending-requests.js';

/** The parts of a client that know something of its health. */
export interface ClientParts {
  clientId: string;
  groupId: string;
  state: KafkaStatus | undefined;
  replies: ReplyRouting | undefined;
  pending: PendingRequests;
  standstills: readonly Standstill[];
}

/** What a client knows of itself. With group routing its state is that of its member of the reply group. */
export function knownClientHealth({
  clientId,
  groupId,
  state,
  replies,
  pending,
  standstills,
}: ClientParts): KnownHealth {
  const life = replies?.life;
  const oldest = pending.oldest();
  const awaitedAt = oldest?.request.replyPartition;
  return {
    role: 'client',
    clientId,
    groupId: life === undefined ? undefined : groupId,
    state: life?.state ?? state,
    assignment: Object.fromEntries(
      Object.entries(replies?.assignments() ?? {}).map(([topic, partition]) => [topic, [partition]]),
    ),
    inFlight: pending.size,
    oldestUnacknowledged: oldest && {
      topic: oldest.request.topic,
      partition: awaitedAt === undefined ? undefined : Number(awaitedAt),
      offset: undefined,
      handler: oldest.request.topic,
      age: Math.round(performance.now() - oldest.since),
    },
    stalled: stalledPartitions(standstills, topic => topic),
    lastHeartbeat: life?.lastHeartbeat,
    delivery: {},
    failing: 0,
    paused: [],
  };
}
