import { type ChildProcess, execFile, fork } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const REGISTER = "import 'nest-kafka/register';\n";
const page = fileURLToPath(new URL('page', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** What makes one application of the page's samples, with Nest's generated main.ts: the line of the guide goes on top. */
const MAIN = `import { Module } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { bootstrap } from './samples/overview.mjs';
import { HeroesModule, HeroesService } from './samples/clients-module.mjs';
import { HeroesController } from './samples/outgoing.mjs';

@Module({ imports: [HeroesModule], controllers: [HeroesController] })
class AppModule {}

const app = await bootstrap(AppModule);
app.enableShutdownHooks();
await app.listen();
const { client } = app.get(HeroesService);
client.subscribeToResponseOf('hero.kill.dragon');
await client.connect();
const items = await firstValueFrom(client.send('hero.kill.dragon', { heroId: 'hero-1', dragonId: '7' }));
await app.close();
await client.close();
process.send?.({ items });
process.disconnect?.();
`;

/** An application that has no kafkajs any more. */
const UNINSTALLED = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'kafkajs') throw new Error("Cannot find package 'kafkajs'");
    return next(specifier, context);
  },
});
`;

/** The page's application in a folder of its own: no line of it knows this package. */
async function copyOfThePage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nest-kafka-page-'));
  await symlink(modules, join(folder, 'node_modules'));
  await mkdir(join(folder, 'samples'));
  await cp(join(page, 'broker.mts'), join(folder, 'broker.mts'));
  for (const name of await readdir(join(page, 'register'))) {
    const sample = (await readFile(join(page, 'register', name), 'utf8')).replace(REGISTER, '');
    // One sample shows what the page has not: the filter that is ready to import.
    if (!sample.includes("from 'nest-kafka'")) {
      await writeFile(join(folder, 'samples', name), sample);
    }
  }
  const { compilerOptions } = JSON.parse(await readFile(join(page, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object;
  };
  const options = { ...compilerOptions, noEmit: false, outDir: 'dist', rootDir: '.' };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['**/*.mts'], exclude: ['node_modules', 'dist'] }),
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(folder, 'uninstalled.mjs'), UNINSTALLED);
  await writeFile(join(folder, 'main.mts'), MAIN);
  return folder;
}

async function compile(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder]);
}

const running = new Set<ChildProcess>();

/** Starts the compiled application; resolves to what it was answered once it has ended by itself. */
function run(folder: string, broker: string, execArgv: string[]): Promise<{ code: number | null; items: unknown }> {
  return new Promise((resolve, reject) => {
    const child = fork(join(folder, 'dist/main.mjs'), {
      execArgv,
      env: { ...process.env, PAGE_BROKER: broker },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    running.add(child);
    let items: unknown;
    child.on('message', message => ({ items } = message as { items: unknown }));
    child.on('error', reject);
    child.on('exit', code => {
      running.delete(child);
      resolve({ code, items });
    });
  });
}

describe("docs/guide/migrate.md on a copy of the page's application", () => {
  const items = [
    { id: 1, name: 'Mythical Sword' },
    { id: 2, name: 'Key to Dungeon' },
  ];
  let kafka: EmbeddedKafka;
  let folder: string;

  beforeAll(async () => {
    kafka = await EmbeddedKafka.start({ topics: ['hero.kill.dragon', 'hero.kill.dragon.reply'] });
    folder = await copyOfThePage();
  });
  afterAll(async () => {
    for (const child of running) {
      child.kill('SIGKILL');
    }
    await kafka?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const headersOfLastRequest = async (): Promise<string[]> =>
    ((await kafka.records('hero.kill.dragon')).at(-1)?.headers ?? []).map(({ key }) => key);

  it(
    'runs on the built-in transport first, then, with one line and without kafkajs, on this one',
    { timeout: 90_000 },
    async () => {
      const broker = kafka.brokers[0] ?? '';
      await compile(folder);
      expect(await run(folder, broker, [])).toEqual({ code: 0, items });
      expect(await headersOfLastRequest()).not.toContain('nest-kafka_deadline');

      // Without the line, it was kafkajs that it stood on.
      expect((await run(folder, broker, ['--import', join(folder, 'uninstalled.mjs')])).code).not.toBe(0);

      await writeFile(join(folder, 'main.mts'), REGISTER + MAIN);
      await compile(folder);
      expect(await run(folder, broker, ['--import', join(folder, 'uninstalled.mjs')])).toEqual({ code: 0, items });
      expect(await headersOfLastRequest()).toContain('nest-kafka_deadline');
    },
  );

  it("starts from the page: not one of the copied samples has this package's name", async () => {
    const samples = await readdir(join(folder, 'samples'));
    expect(samples.length).toBeGreaterThan(10);
    for (const name of samples) {
      expect(await readFile(join(folder, 'samples', name), 'utf8')).not.toContain("from 'nest-kafka");
    }
  });
});
