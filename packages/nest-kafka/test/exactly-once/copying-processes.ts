import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('copying-process.ts', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  /** The last of several is a dynamic member, by whose death the group rebalances; the others are static and are replaced in place. */
  readonly instance: string;
}

/** Processes that copy, of which always the oldest is killed and replaced. */
export class CopyingProcesses {
  private readonly running: Running[] = [];

  constructor(
    count: number,
    private readonly args: readonly string[],
  ) {
    for (let number = 0; number < count; number++) {
      this.start(number === 0 || number < count - 1 ? `copying-${number}` : '');
    }
  }

  /** kill -9 of the oldest; another one takes its place. */
  async killOldest(): Promise<void> {
    const oldest = this.running.shift();
    if (oldest === undefined) {
      return;
    }
    const exited = once(oldest.child, 'exit');
    oldest.child.kill('SIGKILL');
    await exited;
    this.start(oldest.instance);
  }

  /** Has all of them end in an orderly way. */
  async close(): Promise<void> {
    await Promise.all(
      this.running.splice(0).map(async ({ child }) => {
        const exited = once(child, 'exit');
        child.send('close');
        await exited;
      }),
    );
  }

  /** For a test that failed. */
  kill(): void {
    for (const { child } of this.running.splice(0)) {
      child.kill('SIGKILL');
    }
  }

  private start(instance: string): void {
    const child = fork(program, [...this.args, instance], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.running.push({ child, instance });
  }
}
