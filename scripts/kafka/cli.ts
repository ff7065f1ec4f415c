import { parseArgs } from 'node:util';
import { startKafka } from './cluster.ts';
import { endRecorded, isAbandoned, readRecords } from './cluster-record.ts';
import { fetchKafka } from './distribution.ts';
import { KafkaScriptError } from './errors.ts';

const USAGE = `Real Apache Kafka for tests, on loopback, without Docker. Needs Java 17+ and Maven.

  npm run kafka:fetch                                download it (about 55 MB, once)
  npm run kafka:up -- [--nodes 3] [--heap MB] [--property name=value ...]
  npm run kafka:status
  npm run kafka:down                                 end what kafka:up started, remove its data
`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const parseProperties = (pairs: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    pairs.map(pair => {
      const separator = pair.indexOf('=');
      if (separator < 1) throw new KafkaScriptError(`--property takes name=value, got "${pair}"`);
      return [pair.slice(0, separator), pair.slice(separator + 1)];
    }),
  );

async function up(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      nodes: { type: 'string', default: '1' },
      heap: { type: 'string' },
      property: { type: 'string', multiple: true, default: [] },
    },
  });
  const cluster = await startKafka({
    nodes: Number(values.nodes),
    properties: parseProperties(values.property),
    detached: true,
    report: print,
    ...(values.heap === undefined ? {} : { heapMegabytes: Number(values.heap) }),
  });
  print(`export KAFKA_BROKERS=${cluster.brokers.join(',')}`);
}

async function down(): Promise<void> {
  const records = readRecords().filter(record => record.owner === null || isAbandoned(record));
  await Promise.all(records.map(record => endRecorded(record)));
  print(
    records.length === 0 ? 'no cluster is up' : `ended ${records.map(({ brokers }) => brokers.join(',')).join(' ')}`,
  );
}

function status(): void {
  for (const { brokers, nodes, owner } of readRecords()) {
    const pids = nodes.map(({ id, pid }) => `node ${id}: pid ${pid ?? '(down)'}`).join(', ');
    print(`${brokers.join(',')}  ${pids}  ${owner === null ? 'until kafka:down' : `owned by pid ${owner}`}`);
  }
}

async function main([command, ...args]: string[]): Promise<void> {
  if (command === 'fetch') await fetchKafka(print);
  else if (command === 'up') await up(args);
  else if (command === 'down') await down();
  else if (command === 'status') status();
  else {
    print(USAGE);
    process.exitCode = command === undefined || command === 'help' ? 0 : 2;
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof KafkaScriptError || error instanceof RangeError;
  process.stderr.write(`${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
