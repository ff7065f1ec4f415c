import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A broker in a process of its own, to be killed; at the latest when it is disposed of. Needs a build. */
export class KilledBroker implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  static async start(...args: string[]): Promise<KilledBroker> {
    const child = spawn(process.execPath, [program, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(child.stdout)) {
      const address = /bootstrap\.servers=(\S+)/.exec(line)?.[1];
      if (address) return new KilledBroker(child, address);
    }
    throw new Error(`The broker has ended with code ${child.exitCode} before it was up; is it built?`);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  private get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  /** A process that outlived a failed test would keep the run from ending. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isOver) await this.kill();
  }
}
