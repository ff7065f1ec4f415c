import { fileURLToPath } from 'node:url';
import { startKafka } from './kafka/index.ts';
import { exitWith, runOnBrokers } from './kafka/run-on-brokers.ts';

/*
 * Runs the tests that need Apache Kafka and ends with vitest's exit code; arguments are passed on to vitest.
 * - KAFKA_BROKERS set: the `kafka` project on those brokers.
 * - Otherwise: the `kafka` project on three nodes that are started for this run and ended after it, and the `cluster`
 *   project, whose specs start clusters of their own.
 */
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function runVitest(brokers: string, projects: readonly string[]): Promise<number> {
  const selected = projects.flatMap(project => ['--project', project]);
  return runOnBrokers(brokers, [vitest, 'run', ...selected, ...process.argv.slice(2)]);
}

async function main(): Promise<number> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) {
    print(`testing on KAFKA_BROKERS=${given}; the specs that kill and restart nodes (project "cluster") are left out`);
    return await runVitest(given, ['kafka']);
  }
  const cluster = await startKafka({ nodes: 3, report: print });
  try {
    return await runVitest(cluster.brokers.join(','), ['kafka', 'cluster']);
  } finally {
    await cluster.stop();
  }
}

await exitWith(main);
