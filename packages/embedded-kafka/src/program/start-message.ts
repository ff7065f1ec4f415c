import type { ResolvedOptions } from '../options/resolved-options.js';
import type { NodeStatus, RunningKafka, TopicStatus } from '../running-kafka.js';
import { hasSasl } from '../security/listener-options.js';

/** Topics that are told by name. */
const MOST_TOPICS = 10;

/** What has been started, as a person reads it; its first line is for scripts too: `bootstrap.servers=host:port,…`. */
export function startMessage(kafka: RunningKafka, resolved: ResolvedOptions, milliseconds: number): string {
  const rows: (readonly [string, string])[] = [
    ['brokers', kafka.nodes.map(nodeText).join(', ')],
    ['topics', topicsText(kafka.topics)],
    ['listeners', listenersText(kafka, resolved)],
    ['security', securityText(resolved)],
    ['data', dataText(resolved)],
  ];
  const { asVersion, properties } = resolved;
  if (kafka.controlUrl !== undefined) rows.push(['control', kafka.controlUrl]);
  if (asVersion !== '4.1') rows.push(['plays', `Apache Kafka ${asVersion}`]);
  if (properties.withoutEffect.length > 0) rows.push(['no effect', `${properties.withoutEffect.join(', ')}`]);
  return [
    `embedded-kafka is up in ${milliseconds} ms: bootstrap.servers=${kafka.brokers.join(',')}`,
    ...rows.map(([name, text]) => `  ${name.padEnd(11)}${text}`),
  ].join('\n');
}

const nodeText = ({ id, address, rack }: NodeStatus): string =>
  `${id} at ${address}${rack === null ? '' : ` in rack ${rack}`}`;

function topicsText(topics: readonly TopicStatus[]): string {
  if (topics.length === 0) return 'none yet';
  const told = topics.slice(0, MOST_TOPICS).map(({ name, partitions }) => `${name} (${partitions})`);
  const left = topics.length - told.length;
  return `${told.join(', ')}${left > 0 ? ` and ${left} more` : ''}, with their partitions`;
}

function listenersText(kafka: RunningKafka, { listeners }: ResolvedOptions): string {
  return listeners
    .map(({ name, protocol, mechanisms }) => {
      const speaks = [...(name === protocol ? [] : [protocol]), ...(hasSasl(protocol) ? [mechanisms.join(' ')] : [])];
      return `${name}${speaks.length > 0 ? ` (${speaks.join(', ')})` : ''} at ${kafka.addresses(name).join(' ')}`;
    })
    .join(', ');
}

function securityText({ listeners, users, authorizer }: ResolvedOptions): string {
  const names = new Set([...Object.keys(users), ...listeners.flatMap(listener => Object.keys(listener.users))]);
  const who = listeners.some(({ protocol }) => hasSasl(protocol)) ? `users ${[...names].join(', ') || 'none'}; ` : '';
  if (authorizer === undefined) return `${who}no ACLs, everybody may do everything`;
  return `${who}${authorizer.acls?.length ?? 0} ACLs decide; super users ${authorizer.superUsers?.join(', ') || 'none'}`;
}

function dataText({ dataDir, fsync }: ResolvedOptions): string {
  if (dataDir === undefined) return 'in memory, gone when it stops';
  return `in ${dataDir}, waits for the disk ${typeof fsync === 'number' ? `every ${fsync} ms` : fsync}`;
}
