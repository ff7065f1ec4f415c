// npm run fuzz -- --cases N --seed S: random and mutated frames for the embedded broker. A failure names its seed and case.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});
for (const name of ['cases', 'seed']) {
  if (!/^\d+$/.test(values[name])) throw new TypeError(`--${name} must be a number, got ${values[name]}`);
}
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../../../node_modules/vitest/vitest.mjs', import.meta.url));
const env = { ...process.env, FUZZ_CASES: values.cases, FUZZ_SEED: values.seed };
const args = [vitest, 'run', '--project', 'node', 'packages/embedded-kafka/test/fuzz'];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
child.on('exit', code => {
  process.exitCode = code ?? 1;
});
