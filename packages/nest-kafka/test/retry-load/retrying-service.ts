import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('retrying-process.ts', import.meta.url));

/** What was handled in the end: a line each time. */
export interface Handled {
  readonly id: number;
  readonly attempt: number;
  /** Milliseconds from its sending to its handler. */
  readonly latency: number;
}

/** The process that handles, which can be killed and started again, and its record. */
export class RetryingService {
  private readonly folder = mkdtempSync(join(tmpdir(), 'retrying-'));
  private readonly record = join(this.folder, 'handled');
  private child: ChildProcess | undefined;

  /** @param args brokers, topic, group, dead letter topic; and the first delay */
  constructor(
    private readonly args: readonly [brokers: string, topic: string, group: string, deadLetter: string],
    private readonly delay: number,
  ) {
    closeSync(openSync(this.record, 'a'));
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const child = fork(program, [...this.args, this.record, String(this.delay)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    const [said] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
    if (said !== 'listening') {
      throw new Error(`The process that handles ended before it listened: ${String(said)}`);
    }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.end(child => child.kill('SIGKILL'));
  }

  /** In an orderly way. */
  async close(): Promise<void> {
    await this.end(child => child.send('close'));
  }

  handled(): Handled[] {
    return readFileSync(this.record, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const [id = NaN, attempt = NaN, latency = NaN] = line.split(' ').map(Number);
        return { id, attempt, latency };
      });
  }

  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(how: (child: ChildProcess) => unknown): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      how(child);
      await exited;
    }
  }
}
