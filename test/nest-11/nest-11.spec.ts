import { execFile } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, beforeAll, expect, it } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let kafka: EmbeddedKafka;

// The built package, put where an application has it: beside its own Nest, and not beside that of this repository.
beforeAll(async () => {
  const built = here('../../packages/nest-kafka');
  if (!existsSync(`${built}/dist/register.js`)) {
    throw new Error('packages/nest-kafka is not built: run `npm run build` first');
  }
  const installed = here('node_modules/nest-kafka');
  rmSync(installed, { recursive: true, force: true });
  for (const part of ['dist', 'package.json']) {
    cpSync(`${built}/${part}`, `${installed}/${part}`, { recursive: true });
  }
  kafka = await EmbeddedKafka.start({
    topics: ['hero.kill.dragon', 'hero.kill.dragon.reply', 'hero.moved', 'hero.slow'],
  });
});

afterAll(() => kafka?.stop());

it('serves a CommonJS application on Nest 11 that loads it by require()', { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [here('application.cjs')], {
    env: { ...process.env, BROKER: kafka.brokers[0] },
    timeout: 45_000,
  });
  expect(JSON.parse(stdout)).toEqual({
    nest: expect.stringMatching(/^11\./) as string,
    client: true,
    reply: { items: [{ id: 1, name: 'Mythical Sword' }], dragonId: 7, nests: true, ours: true, attempt: 1 },
    handled: ['first', 'poison', 'poison', 'last'],
  });
});

it('drains on a signal before it destroys modules', { timeout: 60_000 }, async () => {
  const ended = await promisify(execFile)(process.execPath, [here('shutdown.cjs')], {
    env: { ...process.env, BROKER: kafka.brokers[0] },
    timeout: 45_000,
  }).catch((error: { stdout: string; signal: string }) => error);
  expect(ended).toMatchObject({ stdout: 'handler ended\nmodule destroyed\n', signal: 'SIGTERM' });
});
