import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startKafka } from './kafka/index.ts';
import { exitWith, runOnBrokers } from './kafka/run-on-brokers.ts';

/*
 * Runs the benchmark on Apache Kafka started for it (`--nodes`, default 1), or on the brokers that KAFKA_BROKERS names.
 * All other arguments go to the benchmark: `--rounds N`, `--only TEXT`, `--out FILE`.
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

async function main(): Promise<number> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) {
    return run(given);
  }
  const cluster = await startKafka({ nodes: Number(values.nodes) === 3 ? 3 : 1, report: print });
  try {
    return await run(cluster.brokers.join(','));
  } finally {
    await cluster.stop();
  }
}

await exitWith(main);
