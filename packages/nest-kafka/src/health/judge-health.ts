import { KafkaStatus } from '../driver/kafka-status.js';
import type { BrokerProbe } from './broker-probe.js';
import {
  DEFAULT_PROBE_TIMEOUT,
  DEFAULT_STUCK_AFTER,
  type KafkaHealth,
  type KafkaHealthOptions,
} from './kafka-health.js';

/** What a server or client knows of itself. */
export type KnownHealth = Omit<KafkaHealth, 'healthy' | 'faults' | 'lag'>;

const ENDED: ReadonlySet<KafkaStatus | undefined> = new Set([
  KafkaStatus.CRASHED,
  KafkaStatus.STOPPED,
  KafkaStatus.DISCONNECTED,
]);

/**
 * Makes the verdict of what is known and what the brokers say. Red are: no connection, an end, a member that its group has
 * not heard from for a session, brokers that do not answer, a message or request that waits for too long, a partition that
 * is not read, and a message whose dead letter cannot be written.
 */
export async function judgeHealth(
  known: KnownHealth,
  probe: BrokerProbe | undefined,
  { stuckAfter = DEFAULT_STUCK_AFTER, timeout = DEFAULT_PROBE_TIMEOUT }: KafkaHealthOptions = {},
): Promise<KafkaHealth> {
  const faults: string[] = [];
  if (probe === undefined) {
    const first = known.role === 'server' ? 'listen()' : 'connect()';
    faults.push(`The ${known.role} "${known.clientId}" is not connected; call ${first}, or see why it failed.`);
    return { ...known, healthy: false, faults, lag: undefined };
  }
  if (ENDED.has(known.state)) {
    faults.push(
      known.groupId === undefined || known.lastHeartbeat === undefined
        ? `The ${known.role} "${known.clientId}" is ${String(known.state)}; see its log for the reason.`
        : `The consumer of group "${known.groupId}" is ${String(known.state)}, and last heard from its group ` +
            `${Date.now() - known.lastHeartbeat} ms ago; see the brokers and its log.`,
    );
  }
  const { oldestUnacknowledged: oldest } = known;
  if (oldest !== undefined && oldest.age > stuckAfter) {
    const where = `"${oldest.topic}"` + (oldest.partition === undefined ? '' : `, partition ${oldest.partition}`);
    faults.push(
      known.role === 'server'
        ? `The message at offset ${oldest.offset} of ${where} has not been handled for ${oldest.age} ms by "${oldest.handler}"; ` +
            'see what it waits for, or why it fails.'
        : `A request on topic ${where} has waited for its reply for ${oldest.age} ms; see the service that answers "${oldest.handler}".`,
    );
  }
  for (const { topic, partition, offset, handler, age, reason } of known.stalled) {
    const where = offset === undefined ? 'its offset is not known' : `it stands at offset ${offset}`;
    faults.push(
      `Partition ${partition} of "${topic}", which "${handler}" handles, has not been read for ${age} ms, ${where}: ${reason}. ` +
        'See the brokers and the log of the consumer.',
    );
  }
  for (const [handler, { undeliverable, retryTopics }] of Object.entries(known.delivery)) {
    if (retryTopics !== undefined && ENDED.has(retryTopics)) {
      faults.push(`The consumer of the retry topics of "${handler}" is ${retryTopics}; see its log for the reason.`);
    }
    for (const { topic, partition, offset, retryTopic, reason } of undeliverable) {
      const fate = retryTopic === undefined ? 'given up' : 'put into a retry topic';
      faults.push(
        `The message at offset ${offset} of "${topic}", partition ${partition} is to be ${fate} by "${handler}", but ${reason}. ` +
          'It is not skipped, and delivered again until that can be done.',
      );
    }
  }
  const result = await probe.ask(known.role === 'server' ? known.groupId : undefined, known.assignment, timeout);
  if (!result.answered) {
    faults.push(`No broker answered "${known.clientId}": ${result.reason}. See whether they run and can be reached.`);
  }
  const lag = result.answered && known.role === 'server' ? result.lag : undefined;
  return { ...known, healthy: faults.length === 0, faults, lag };
}
