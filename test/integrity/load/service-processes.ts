import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LogEntry } from '../record/run-log.js';
import type { Subject } from './subject.js';

const program = fileURLToPath(new URL('service-process.ts', import.meta.url));

interface Report {
  handled?: number;
  listening?: true;
  logged?: LogEntry;
}

/** Replicas of the service in processes of their own, which come, go, freeze, and are killed. */
export class ServiceProcesses {
  private readonly running: ChildProcess[] = [];

  constructor(
    private readonly subject: Subject,
    private readonly handled: (id: number) => void,
    private readonly logged: (pid: number | undefined, entry: LogEntry) => void = () => {},
  ) {}

  get count(): number {
    return this.running.length;
  }

  /** Resolves when the new one listens. */
  async add(): Promise<void> {
    const { transport, brokers, event, request, group, client = {} } = this.subject;
    // Functions stay here: its log comes by messages.
    const child = fork(program, [transport.name, brokers.join(','), event, request, group, JSON.stringify(client)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    });
    this.running.push(child);
    await new Promise<void>((resolve, reject) => {
      child.on('message', ({ handled, listening, logged }: Report) => {
        if (logged !== undefined) {
          this.logged(child.pid, logged);
        }
        if (handled !== undefined) {
          this.handled(handled);
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
    if (child !== undefined && isRunning(child)) {
      const exited = once(child, 'exit');
      child.send('close');
      await exited;
    }
  }

  /** kill -9 of the oldest one. */
  async kill(): Promise<void> {
    const child = this.running.shift();
    if (child !== undefined && isRunning(child)) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  }

  /** Stops the oldest one where it stands, with its sockets open. */
  freeze(): void {
    this.running[0]?.kill('SIGSTOP');
  }

  thaw(): void {
    this.running[0]?.kill('SIGCONT');
  }

  freezeAll(): void {
    this.running.forEach(child => child.kill('SIGSTOP'));
  }

  thawAll(): void {
    this.running.forEach(child => child.kill('SIGCONT'));
  }

  async close(): Promise<void> {
    while (this.count > 0) {
      await this.remove();
    }
  }
}

/** One that has ended by itself has no exit to wait for. */
function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
