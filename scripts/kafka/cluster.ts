import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  clusterDirectory,
  type ClusterRecord,
  endRecorded,
  endRecordedNow,
  nodePropertiesFile,
  sweepAbandoned,
  writeRecord,
} from './cluster-record.ts';
import { fetchKafka } from './distribution.ts';
import { findFreePorts } from './free-ports.ts';
import { KafkaNode } from './kafka-node.ts';
import { formatProperties, type KafkaProperties, type NodeAddress, nodeProperties } from './node-properties.ts';
import { onProcessEnd } from './process-exit.ts';
import { findJava } from './toolchain.ts';

const run = promisify(execFile);

export interface StartKafkaOptions {
  /** How many nodes, each a broker and a controller. Default 1; with 3 the replication factor is 3, min ISR 2. */
  readonly nodes?: number;
  /** Broker properties beside or instead of the ones in node-properties.ts; a function where they depend on the node. */
  readonly properties?: KafkaProperties | ((node: NodeAddress) => KafkaProperties);
  /** Heap of each node in megabytes. Default 768 for one node, 512 for more. */
  readonly heapMegabytes?: number;
  /** How long all nodes together may take until they serve, in milliseconds. Default 90 000. */
  readonly timeout?: number;
  /** Outlive this process, until `npm run kafka:down`. Default false: the cluster ends with the process. */
  readonly detached?: boolean;
  /** Told what takes its time (a download, the start). */
  readonly report?: (line: string) => void;
}

export interface KafkaCluster {
  readonly name: string;
  /** `host:port` of every node, in order of their ids. */
  readonly brokers: readonly string[];
  readonly nodes: readonly KafkaNode[];
  /** Ends every node (TERM, then KILL) and removes all data. */
  stop(): Promise<void>;
}

/** Kafka's own way of writing a UUID: 16 random bytes in URL-safe base64. */
const clusterUuid = (): string => {
  const uuid = randomBytes(16).toString('base64url');
  // An id that begins with a dash would be read as an option by the storage tool.
  return uuid.startsWith('-') ? clusterUuid() : uuid;
};

/** Starts real Apache Kafka on free loopback ports and resolves when every node serves metadata with all brokers live. */
export async function startKafka(options: StartKafkaOptions = {}): Promise<KafkaCluster> {
  const { nodes: count = 1, properties = {}, timeout = 90_000, detached = false, report = () => {} } = options;
  const heap = options.heapMegabytes ?? (count === 1 ? 768 : 512);
  if (!Number.isInteger(count) || count < 1 || count > 9) {
    throw new RangeError(`nodes must be a whole number from 1 to 9, got ${count}`);
  }
  await sweepAbandoned();
  const java = await findJava();
  const library = await fetchKafka(report);
  const classPath = ['-cp', join(library, '*')];

  const started = performance.now();
  const name = `${count}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const directory = clusterDirectory(name);
  mkdirSync(directory, { recursive: true });
  const ports = await findFreePorts(count * 2);
  const addresses = Array.from({ length: count }, (_, index): NodeAddress => {
    const [port, controllerPort] = ports.slice(index * 2) as [number, number];
    return { id: index + 1, port, controllerPort };
  });

  let ended = false;
  const record = (): ClusterRecord => ({
    name,
    owner: detached ? null : process.pid,
    brokers: nodes.map(({ broker }) => broker),
    nodes: nodes.map(({ id, port, pid }) => ({ id, port, pid: pid ?? null })),
  });
  const nodes = addresses.map(
    ({ id, port }) =>
      new KafkaNode({
        id,
        port,
        java,
        jvmArguments: [
          `-Xmx${heap}m`,
          '-XX:+UseG1GC',
          '-Djava.awt.headless=true',
          '-Dorg.slf4j.simpleLogger.defaultLogLevel=info',
          '-Dorg.slf4j.simpleLogger.showDateTime=true',
          '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
          ...classPath,
        ],
        propertiesFile: nodePropertiesFile(name, id),
        logFile: join(directory, `node-${id}.log`),
        onPidChange: () => {
          if (!ended) writeRecord(record());
        },
      }),
  );
  const forget = onProcessEnd(() => {
    const left = record();
    ended = true;
    endRecordedNow(left);
  });
  const stop = async (): Promise<void> => {
    if (ended) return;
    const left = record();
    ended = true;
    for (const node of nodes) node.thaw();
    await endRecorded(left);
    // For our own children gone means reaped, too.
    await Promise.all(nodes.map(node => node.kill()));
    forget();
  };

  try {
    const uuid = clusterUuid();
    await Promise.all(
      addresses.map(async address => {
        const file = nodePropertiesFile(name, address.id);
        const extra = typeof properties === 'function' ? properties(address) : properties;
        const all = nodeProperties(address, addresses, join(directory, `data-${address.id}`), extra);
        writeFileSync(file, formatProperties(all));
        const tool = ['-XX:TieredStopAtLevel=1', '-Xmx256m', ...classPath, 'kafka.tools.StorageTool'];
        await run(java, [...tool, 'format', '-t', uuid, '-c', file]);
      }),
    );
    for (const node of nodes) node.launch();
    const ids = nodes.map(({ id }) => id);
    await Promise.all(nodes.map(node => node.untilServing(ids, timeout)));
  } catch (error) {
    await stop();
    throw error;
  }
  if (detached) forget();
  report(`Apache Kafka is up in ${((performance.now() - started) / 1000).toFixed(1)} s: ${count} node(s)`);
  return { name, brokers: nodes.map(({ broker }) => broker), nodes, stop };
}
