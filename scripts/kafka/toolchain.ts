import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { javaTooOld, toolMissing } from './errors.ts';

const run = promisify(execFile);
const OLDEST_JAVA = 17;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');

/** The `java` to run: JAVA_HOME's when it is set, otherwise the one on PATH. Throws when it is missing or older than 17. */
export async function findJava(): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const java = home ? join(home, 'bin', 'java') : 'java';
  let banner: string;
  try {
    const { stdout, stderr } = await run(java, ['-version']);
    banner = stdout + stderr;
  } catch (error) {
    if (isMissing(error)) throw toolMissing(`Java (${java})`, 'a JDK or JRE, 17 or newer');
    throw error;
  }
  const version = /version "(?<version>[^"]+)"/.exec(banner)?.groups?.['version'] ?? 'of an unknown version';
  // "1.8.0_412" was how Java 8 called itself; from 9 on the first number is the major version.
  if (!(Number.parseInt(version, 10) >= OLDEST_JAVA)) throw javaTooOld(version);
  return java;
}

/** Runs Maven quietly. Throws `toolMissing` without Maven; a failing build rejects with Maven's own output on `stdout`. */
export async function runMaven(args: readonly string[], cwd: string): Promise<void> {
  try {
    await run('mvn', ['--batch-mode', '--quiet', ...args], { cwd, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    if (isMissing(error)) throw toolMissing('Maven (mvn)', 'Maven 3.6 or newer');
    throw error;
  }
}
