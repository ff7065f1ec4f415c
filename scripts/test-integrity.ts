import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseIntegrityArguments } from './integrity-arguments.ts';
import { fetchKafka } from './kafka/distribution.ts';
import { exitWith } from './kafka/run-on-brokers.ts';

/*
 * Runs the integrity suite, which starts clusters of its own, and ends with vitest's exit code. Arguments of its own are in
 * integrity-arguments.ts; all others go to vitest.
 */
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

async function main(): Promise<number> {
  const { env, passedOn } = parseIntegrityArguments(process.argv.slice(2));
  // Before the first test, whose time is limited.
  await fetchKafka(line => process.stdout.write(`${line}\n`));
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'integrity', ...passedOn], {
    stdio: 'inherit',
    env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1', ...env },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

await exitWith(main);
