import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchKafka } from './kafka/distribution.ts';
import { startKafka } from './kafka/index.ts';
import { exitWith, runOnBrokers } from './kafka/run-on-brokers.ts';
import { findJava } from './kafka/toolchain.ts';

/*
 * Java's own ProducerPerformance and ConsumerPerformance on the embedded broker beside Apache Kafka, which is started for
 * it, or is what KAFKA_BROKERS names. Arguments go to the benchmark, see benchmarks/README.md.
 */
const program = fileURLToPath(new URL('../benchmarks/dist/embedded/java-main.js', import.meta.url));

/** What `kafka-server-start.sh` gives a broker. */
const HEAP_MEGABYTES = 1024;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const library = await fetchKafka(print);
  const java = [await findJava(), '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', join(library, '*')];
  const env = { JAVA_TOOLS: JSON.stringify(java) };
  const args = [program, ...process.argv.slice(2)];
  const given = process.env['KAFKA_BROKERS'];
  if (given) return await runOnBrokers(given, args, env);
  const cluster = await startKafka({ heapMegabytes: HEAP_MEGABYTES, report: print });
  try {
    const pids = cluster.nodes.map(({ pid }) => pid).join(',');
    return await runOnBrokers(cluster.brokers.join(','), args, { ...env, KAFKA_PIDS: pids });
  } finally {
    await cluster.stop();
  }
}

await exitWith(main);
