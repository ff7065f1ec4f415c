import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EVENT, REQUEST } from './application.js';
import type { Recorder } from './recorder.js';

const program = fileURLToPath(new URL('service-process.ts', import.meta.url));

interface Report {
  handled?: string;
  listening?: true;
}

/** Replicas of the service in processes of their own, which come, go, and are killed. */
export class ServiceProcesses {
  private readonly running: ChildProcess[] = [];

  constructor(
    private readonly brokers: readonly string[],
    private readonly recorder: Recorder,
  ) {}

  get count(): number {
    return this.running.length;
  }

  /** Resolves when the new one listens. */
  async add(): Promise<void> {
    const child = fork(program, [this.brokers.join(','), EVENT, REQUEST], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.running.push(child);
    await new Promise<void>((resolve, reject) => {
      child.on('message', ({ handled, listening }: Report) => {
        if (handled !== undefined) {
          this.recorder.handled(handled);
        }
        if (listening === true) {
          resolve();
        }
      });
      child.once('exit', code => reject(new Error(`a service ended with code ${String(code)} before it listened`)));
    });
  }

  /** Has the oldest one close in an orderly way. */
  async remove(): Promise<void> {
    const child = this.running.shift();
    if (child !== undefined) {
      const exited = once(child, 'exit');
      child.send('close');
      await exited;
    }
  }

  /** kill -9 of the oldest one. */
  async kill(): Promise<void> {
    const child = this.running.shift();
    if (child !== undefined) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  }

  async close(): Promise<void> {
    while (this.count > 0) {
      await this.remove();
    }
  }
}
