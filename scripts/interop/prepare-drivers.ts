import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchKafka } from '../kafka/distribution.ts';
import { KafkaScriptError } from '../kafka/errors.ts';
import { findJava } from '../kafka/toolchain.ts';
import { cachedBuild } from './cached-build.ts';
import { runTool, type Tool } from './tool.ts';

const driversDirectory = fileURLToPath(new URL('../../test/interop/drivers/', import.meta.url));

const sourcesOf = (folder: string, ...endings: string[]): string[] =>
  readdirSync(join(driversDirectory, folder))
    .filter(name => endings.some(ending => name.endsWith(ending)))
    .sort()
    .map(name => join(driversDirectory, folder, name));

type Prepare = (report: (line: string) => void) => Promise<readonly string[]>;

/** Each resolves to the command that starts its driver. */
const preparations: Readonly<Record<Tool, Prepare>> = {
  async java(report) {
    const library = await fetchKafka(report);
    const java = await findJava();
    const sources = sourcesOf('java', '.java');
    const jars = join(library, '*');
    const classes = await cachedBuild('java', sources, async directory => {
      const args = ['-encoding', 'UTF-8', '-nowarn', '-cp', jars, '-d', directory, ...sources];
      await runTool('java', { command: java.replace(/java$/, 'javac'), args });
    });
    // Short scenarios: the quick compiler starts sooner than the good one pays.
    const flags = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'];
    return [java, ...flags, '-cp', `${classes}:${jars}`, 'Main'];
  },

  async python() {
    const [requirements = ''] = sourcesOf('python', 'requirements.txt');
    // The folder cannot be moved once it is made: an environment holds its own path in its scripts, but not in its python.
    const environment = await cachedBuild('python', [requirements], async directory => {
      await runTool('python', { command: 'python3', args: ['-m', 'venv', directory] });
      const install = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--only-binary=:all:',
        '--require-hashes',
        '-r',
        requirements,
      ];
      await runTool('python', { command: join(directory, 'bin', 'python'), args: install });
    });
    return [join(environment, 'bin', 'python'), '-B', join(driversDirectory, 'python', 'main.py')];
  },

  async go() {
    const cwd = join(driversDirectory, 'go');
    const built = await cachedBuild('go', sourcesOf('go', '.go', 'go.mod', 'go.sum'), async directory => {
      const args = ['build', '-mod=readonly', '-buildvcs=false', '-o', join(directory, 'franz-go-driver'), '.'];
      await runTool('go', { command: 'go', args, cwd });
    });
    return [join(built, 'franz-go-driver')];
  },
};

export const tools = Object.keys(preparations) as Tool[];

/**
 * Compiles and installs what the clients of other languages need, all at once.
 * @returns the environment variables that tell the specs how to start the drivers
 * @throws KafkaScriptError with everything that is missing
 */
export async function prepareDrivers(
  wanted: readonly Tool[],
  report: (line: string) => void,
): Promise<Record<string, string>> {
  const started = performance.now();
  const prepared = await Promise.allSettled(
    wanted.map(async tool => {
      const command = await preparations[tool](report);
      report(`${tool}: ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return [`INTEROP_${tool.toUpperCase()}_DRIVER`, JSON.stringify(command)] as const;
    }),
  );
  const faults = prepared.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const unexpected = faults.find(fault => !(fault instanceof KafkaScriptError));
  if (unexpected) throw unexpected;
  if (faults.length > 0) throw new KafkaScriptError(faults.map(fault => (fault as Error).message).join('\n'));
  return Object.fromEntries(prepared.flatMap(each => (each.status === 'fulfilled' ? [each.value] : [])));
}
