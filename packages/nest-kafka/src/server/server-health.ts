import type { ConsumerLife } from '../driver/consumer-life.js';
import type { Standstill } from '../driver/standstills.js';
import { stalledPartitions } from '../health/kafka-health.js';
import type { DeliveryObserver } from '../delivery/observation/delivery-observer.js';
import type { KnownHealth } from '../health/judge-health.js';
import type { HandlerControl } from './handler-control.js';
import type { ReplyPublisher } from './reply-publisher.js';
import type { Unacknowledged } from './unacknowledged.js';

/** The parts of a server that know something of its health. */
export interface ServerParts {
  clientId: string;
  groupId: string;
  life: ConsumerLife | undefined;
  unacknowledged: Unacknowledged;
  replies: ReplyPublisher;
  standstills: readonly Standstill[];
  observer: DeliveryObserver;
  control: HandlerControl;
  /** The pattern of the handler of a topic. */
  handlerOf(topic: string): string;
}

/** What a server knows of itself. The age of a message counts from its first delivery to this process. */
export function knownServerHealth(server: ServerParts): KnownHealth {
  const { clientId, groupId, life, unacknowledged, replies, observer } = server;
  const assignment = life?.assignment ?? {};
  unacknowledged.prune(assignment);
  // What a paused handler has failed at waits because somebody said so.
  const [delivered, replied] = [unacknowledged.oldest(topic => server.control.isPaused(topic)), replies.oldest()];
  const oldest = replied !== undefined && replied.since < (delivered?.since ?? Infinity) ? replied : delivered;
  return {
    role: 'server',
    clientId,
    groupId,
    state: life?.state,
    assignment: Object.fromEntries(Object.entries(assignment).map(([topic, partitions]) => [topic, [...partitions]])),
    inFlight: unacknowledged.size + replies.inFlight,
    oldestUnacknowledged: oldest && {
      topic: oldest.topic,
      partition: oldest.partition,
      offset: oldest.offset,
      handler: server.handlerOf(oldest.topic),
      age: Math.round(performance.now() - oldest.since),
    },
    stalled: stalledPartitions(server.standstills, topic => server.handlerOf(topic)),
    lastHeartbeat: life?.lastHeartbeat,
    delivery: observer.counts(assignment),
    failing: unacknowledged.failures,
    paused: server.control.paused,
  };
}
