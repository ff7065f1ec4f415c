import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { KafkaScriptError } from './errors.ts';

/** Runs a Node program on brokers, named to it by KAFKA_BROKERS. @returns its exit code, 1 if a signal ended it */
export async function runOnBrokers(
  brokers: string,
  program: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const child = spawn(process.execPath, program, {
    stdio: 'inherit',
    env: { ...process.env, ...env, KAFKA_BROKERS: brokers },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** Ends this process with what `main` resolves to; what Kafka needs and the machine lacks is told without a stack. */
export async function exitWith(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof KafkaScriptError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
