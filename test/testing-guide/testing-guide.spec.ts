import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
// Runners load the built package, by its name; so does this.
import { testKafka } from '../../packages/embedded-kafka/dist/runner/jest.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const guide = readFileSync(here('../../docs/guide/testing.md'), 'utf8');

/** What jest takes for a global setup or teardown. */
interface HookModule {
  readonly default: () => Promise<void>;
}

/** A runner in a process that knows nothing of this one. */
async function run(cwd: string, ...args: string[]): Promise<string> {
  const clean = Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_TEST|^EMBEDDED_KAFKA/.test(name));
  const env = { ...Object.fromEntries(clean), NO_COLOR: '1' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: here(cwd), env }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    },
  );
  return stdout + stderr;
}

describe('the guide to testing', () => {
  it('has all of its snippets from files that are run', () => {
    const snippets = Array.from(guide.matchAll(/^```\w+\n\/\/ (\S+)\n\n?(.*?)^```$/gms), ([, name, code]) => [
      name,
      code,
    ]);
    const files = snippets.map(([name = '']) => [name, readFileSync(here(name), 'utf8')]);
    expect(snippets).toEqual(files);
    expect(snippets).toHaveLength(guide.split(/^```\w+$/m).length - 1);
    expect(files.map(([name]) => name)).toEqual([
      'vitest/orders.case.ts',
      'vitest/vitest.config.ts',
      'vitest/heroes.case.ts',
      'node-test/kafka.setup.mjs',
      'node-test/orders.case.mjs',
      'jest/kafka.setup.mjs',
      'jest/kafka.teardown.mjs',
      'jest/jest.config.mjs',
      'vitest/faults.case.ts',
      'vitest/time.case.ts',
      'vitest/retries.case.ts',
    ]);
  });
});

describe('one broker a run', () => {
  it('of vitest: an application of Nest, topics of each file, and nothing left of the file before or of the run', async () => {
    const vitest = here('../../node_modules/vitest/vitest.mjs');
    const output = await run('vitest/', vitest, 'run', '--root', '.', '--maxWorkers', '1', '--no-isolate');
    expect(output).toMatch(/Test Files +6 passed/);
    expect(output).toMatch(/Tests +6 passed/);
    const [, control] = /control=(http:\S+)/.exec(output) ?? [];
    await expect(fetch(`${control}/health`)).rejects.toThrow(/fetch failed/);
  }, 120_000);

  it('of node:test', async () => {
    const output = await run(
      'node-test/',
      '--test',
      '--test-global-setup=./kafka.setup.mjs',
      '--test-concurrency=1',
      '--test-reporter=tap',
      'orders.case.mjs',
      'clean.case.mjs',
    );
    expect(output).toMatch(/^# pass 2$/m);
    expect(output).toMatch(/^# fail 0$/m);
  }, 120_000);

  it('of jest, called as jest calls it', async () => {
    const { default: setup } = (await import(here('jest/kafka.setup.mjs'))) as HookModule;
    const { default: teardown } = (await import(here('jest/kafka.teardown.mjs'))) as HookModule;
    await setup();
    const control = process.env['EMBEDDED_KAFKA_CONTROL'];
    const hooks: (() => Promise<void>)[] = [];
    const given = globalThis as { afterAll?: unknown; expect?: unknown };
    given.afterAll = (hook: () => Promise<void>) => hooks.push(hook);
    given.expect = { getState: () => ({ testPath: '/app/orders.test.js' }) };
    try {
      const { prefix, brokers, createTestTopic } = testKafka();
      expect(prefix).toMatch(/^orders-[0-9a-f]{8}\.$/);
      expect(brokers).toEqual(process.env['EMBEDDED_KAFKA_BROKERS']?.split(','));
      const own = await createTestTopic('orders');
      const topics = async (): Promise<unknown> => (await fetch(`${control}/topics`)).json();
      expect(await topics()).toEqual({ topics: [{ name: own, partitions: 3, configs: {} }] });
      expect(hooks).toHaveLength(1);
      await hooks[0]?.();
      expect(await topics()).toEqual({ topics: [] });
    } finally {
      delete given.afterAll;
      delete given.expect;
      await teardown();
    }
    expect(process.env['EMBEDDED_KAFKA_BROKERS']).toBeUndefined();
    await expect(fetch(`${control}/health`)).rejects.toThrow(/fetch failed/);
    expect(() => testKafka()).toThrow(/EMBEDDED_KAFKA_BROKERS is not set.*embedded-kafka\/jest\/setup/s);
  });
});
