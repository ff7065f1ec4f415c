import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KafkaScriptError } from './kafka/errors.ts';
import { startKafka } from './kafka/index.ts';
import { exitWith, runOnBrokers } from './kafka/run-on-brokers.ts';

/*
 * Runs the benchmark on Apache Kafka started for it (`--nodes`, default 1; `--property NAME=VALUE` for its nodes), or on the brokers
 * that KAFKA_BROKERS names. All other arguments go to the benchmark, see benchmarks/README.md.
 */
const program = fileURLToPath(new URL('../benchmarks/dist/main.js', import.meta.url));

const { values, tokens } = parseArgs({
  options: { nodes: { type: 'string', default: '1' }, property: { type: 'string', multiple: true, default: [] } },
  strict: false,
  tokens: true,
});
const OURS: readonly string[] = ['nodes', 'property'];
const passedOn = tokens.flatMap(token =>
  token.kind === 'option' && !OURS.includes(token.name)
    ? [`--${token.name}`, ...(token.value === undefined ? [] : [token.value])]
    : token.kind === 'positional'
      ? [token.value]
      : [],
);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const run = (brokers: string): Promise<number> =>
  runOnBrokers(brokers, [program, ...passedOn], { KAFKAJS_NO_PARTITIONER_WARNING: '1' });

function nodesOf(given: unknown): number {
  const nodes = Number(given);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 9) {
    throw new KafkaScriptError(`--nodes takes a whole number from 1 to 9, got "${String(given)}"`);
  }
  return nodes;
}

function propertiesOf(given: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(
    given.map(each => {
      const [name, value] = String(each).split(/=(.*)/s);
      if (!name || value === undefined) {
        throw new KafkaScriptError(`--property takes NAME=VALUE, got "${String(each)}"`);
      }
      return [name, value];
    }),
  );
}

async function main(): Promise<number> {
  const given = process.env['KAFKA_BROKERS'];
  const properties = propertiesOf([values.property].flat());
  if (given) {
    if (Object.keys(properties).length > 0) {
      throw new KafkaScriptError('--property is for nodes that are started here; KAFKA_BROKERS names others');
    }
    return run(given);
  }
  const cluster = await startKafka({ nodes: nodesOf(values.nodes), properties, report: print });
  for (const [name, value] of Object.entries(properties)) {
    print(`with ${name}=${value}`);
  }
  try {
    return await run(cluster.brokers.join(','));
  } finally {
    await cluster.stop();
  }
}

await exitWith(main);
