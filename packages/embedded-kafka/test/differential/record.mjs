// Writes the recordings anew: asks the Apache Kafka that KAFKA_BROKERS names, or one that is started for it.
// Run it when a conversation is new or changed, and read the difference in git before it is committed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../../../node_modules/vitest/vitest.mjs', import.meta.url));
const spec = 'packages/embedded-kafka/test/real/differential.kafka.spec.ts';

// `own` is no address: the spec then starts a Kafka of its own.
const env = { ...process.env, KAFKA_BROKERS: process.env.KAFKA_BROKERS ?? 'own', EMBEDDED_KAFKA_RECORD: '1' };
const child = spawn(process.execPath, [vitest, 'run', '--project', 'kafka', spec], {
  cwd: root,
  stdio: 'inherit',
  env,
});
child.on('exit', code => {
  process.exitCode = code ?? 1;
});
