import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a program of `process/embedded` alone in a process, and resolves with what it tells and when it did. */
export async function reportOf<T>(
  program: string,
  execArgv: readonly string[] = [],
): Promise<{ readonly report: T; readonly milliseconds: number }> {
  const file = fileURLToPath(new URL(`../process/embedded/${program}.js`, import.meta.url));
  const forkedAt = performance.now();
  const child = fork(file, { execArgv: [...execArgv] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const told = await Promise.race([once(child, 'message') as Promise<[T]>, exited.then(() => undefined)]);
  const milliseconds = performance.now() - forkedAt;
  const [code] = await exited;
  if (told === undefined || code !== 0) throw new Error(`${program} ended with code ${code}`);
  return { report: told[0], milliseconds };
}
