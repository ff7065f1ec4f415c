import { fileURLToPath } from 'node:url';
import { prepareDrivers, tools } from './interop/prepare-drivers.ts';
import { KafkaScriptError } from './kafka/errors.ts';
import { startKafka } from './kafka/index.ts';
import { exitWith, runOnBrokers } from './kafka/run-on-brokers.ts';

/*
 * Clients of several languages on the embedded broker and on Apache Kafka; ends with vitest's exit code, and passes its
 * arguments on to vitest. Apache Kafka is the one node that KAFKA_BROKERS names, or one that is started for this run.
 * INTEROP_SKIP=go,python,java leaves out clients whose tools are missing, which the report shows as skipped.
 */
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const skipped = (process.env['INTEROP_SKIP'] ?? '').split(',').filter(name => name !== '');
  const unknown = skipped.filter(name => !tools.some(tool => tool === name));
  if (unknown.length > 0) {
    throw new KafkaScriptError(`INTEROP_SKIP=${skipped.join()} names ${unknown.join()}; there are ${tools.join(', ')}`);
  }
  for (const name of skipped) print(`INTEROP_SKIP leaves out the clients that need ${name}`);
  const wanted = tools.filter(tool => !skipped.includes(tool));
  const given = process.env['KAFKA_BROKERS'];
  const starting = given ? undefined : startKafka({ report: print });
  // Both go on together; whichever fails, a cluster that was started is ended.
  const [prepared, started] = await Promise.allSettled([prepareDrivers(wanted, print), starting]);
  const cluster = started.status === 'fulfilled' ? started.value : undefined;
  try {
    if (prepared.status === 'rejected') throw prepared.reason;
    if (started.status === 'rejected') throw started.reason;
    const brokers = given ?? cluster?.brokers.join(',') ?? '';
    const args = [vitest, 'run', '--project', 'interop', ...process.argv.slice(2)];
    return await runOnBrokers(brokers, args, prepared.value);
  } finally {
    await cluster?.stop();
  }
}

await exitWith(main);
