// npm run fuzz -- --only broker|clients --cases N --seed S --workers W: random and mutated frames for the embedded broker, and
// answers for the clients, N of each (without --only), in W processes at once, whose seeds are S, S + 1, ... A failure names its
// seed and case; `--workers 1 --seed` of it repeats it.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const suites = { broker: 'packages/embedded-kafka/test/fuzz/fuzz.spec.ts', clients: 'test/fuzz/client-fuzz.spec.ts' };

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
for (const name of ['cases', 'seed', 'workers']) {
  if (!/^\d+$/.test(values[name])) throw new TypeError(`--${name} must be a number, got ${values[name]}`);
}
if (values.only !== undefined && !Object.hasOwn(suites, values.only)) {
  throw new TypeError(`--only must be one of ${Object.keys(suites).join(', ')}, got ${values.only}`);
}
const workers = Math.max(1, Number(values.workers));
const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const wanted = values.only === undefined ? Object.values(suites) : [suites[values.only]];
const args = [vitest, 'run', '--project', 'node', ...wanted];
const startedAt = performance.now();

const run = index => {
  const cases = Math.ceil(Number(values.cases) / workers);
  const env = { ...process.env, FUZZ_CASES: String(cases), FUZZ_SEED: String(Number(values.seed) + index) };
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  return new Promise(resolve => child.on('exit', code => resolve(code ?? 1)));
};

const codes = await Promise.all(Array.from({ length: workers }, (_, index) => run(index)));
process.exitCode = Math.max(...codes);
const seconds = Math.round((performance.now() - startedAt) / 1_000);
console.log(
  `${values.cases} cases for ${values.only ?? 'broker and clients each'} from seed ${values.seed} on, in ${workers} processes: ${process.exitCode === 0 ? 'no fault' : 'FAULTS'}, ${seconds} s`,
);
