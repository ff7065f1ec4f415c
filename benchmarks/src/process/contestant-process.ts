import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report, Result, Role } from './protocol.js';

const CHILD = fileURLToPath(new URL('child.js', import.meta.url));
const IMPORT_CHILD = fileURLToPath(new URL('import-child.js', import.meta.url));

// KafkaJS sets timers in the past on current Node.
const QUIET = ['--disable-warning=TimeoutNegativeWarning'];

/** A contestant alone in a process of its own: no import, no JIT state and no heap is shared with the other one. */
export class ContestantProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly role: Role,
  ) {}

  static start(role: Role): ContestantProcess {
    return new ContestantProcess(
      fork(role.kind === 'import' ? IMPORT_CHILD : CHILD, [JSON.stringify(role)], { execArgv: QUIET }),
      role,
    );
  }

  async ready(): Promise<void> {
    await this.report('ready');
  }

  async result(): Promise<Result> {
    const { result } = await this.report('result');
    await this.exited();
    return result;
  }

  async stop(): Promise<void> {
    this.child.send('stop');
    await this.exited();
  }

  private async exited(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, 'exit');
    }
  }

  private report<Kind extends Report['kind']>(kind: Kind): Promise<Extract<Report, { kind: Kind }>> {
    return new Promise((resolve, reject) => {
      this.child.on('message', message => {
        const report = message as Report;
        if (report.kind === kind) {
          resolve(report as Extract<Report, { kind: Kind }>);
        } else if (report.kind === 'failed') {
          reject(new Error(`${this.role.contestant} (${this.role.kind}) failed: ${report.error}`));
        }
      });
      // Not `exit`: it comes before the last messages if these are long.
      this.child.once('disconnect', () => {
        void this.exited().then(() =>
          reject(
            new Error(
              `${this.role.contestant} (${this.role.kind}) ended with ${this.child.exitCode ?? this.child.signalCode} before it was ${kind}.`,
            ),
          ),
        );
      });
    });
  }
}
