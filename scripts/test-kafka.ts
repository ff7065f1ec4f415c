import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { KafkaScriptError } from './kafka/errors.ts';
import { startKafka } from './kafka/index.ts';

/*
 * Runs vitest's `kafka` project against Apache Kafka: the cluster that KAFKA_BROKERS names, or else three nodes that are
 * started for this run and ended after it. Ends with vitest's exit code; arguments are passed on to vitest.
 */
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

async function runVitest(brokers: string): Promise<number> {
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'kafka', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, KAFKA_BROKERS: brokers },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function main(): Promise<number> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) return await runVitest(given);
  const cluster = await startKafka({ nodes: 3, report: line => void process.stdout.write(`${line}\n`) });
  try {
    return await runVitest(cluster.brokers.join(','));
  } finally {
    await cluster.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof KafkaScriptError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
