import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KafkaScriptError } from './kafka/errors.ts';
import { startKafka } from './kafka/index.ts';
import { exitWith, runOnBrokers } from './kafka/run-on-brokers.ts';

/*
 * Runs the benchmark on Apache Kafka started for it (`--nodes`, default 1), or on the brokers that KAFKA_BROKERS names.
 * All other arguments go to the benchmark, see benchmarks/README.md.
 */
const program = fileURLToPath(new URL('../benchmarks/dist/main.js', import.meta.url));

const { values, tokens } = parseArgs({
  options: { nodes: { type: 'string', default: '1' } },
  strict: false,
  tokens: true,
});
const passedOn = tokens.flatMap(token =>
  token.kind === 'option' && token.name !== 'nodes'
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

async function main(): Promise<number> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) {
    return run(given);
  }
  const cluster = await startKafka({ nodes: nodesOf(values.nodes), report: print });
  try {
    return await run(cluster.brokers.join(','));
  } finally {
    await cluster.stop();
  }
}

await exitWith(main);
