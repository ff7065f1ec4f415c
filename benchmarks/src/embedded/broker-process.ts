import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EmbeddedKafkaOptions } from 'embedded-kafka';
import type { BrokerUsage } from '../process/embedded/broker.js';

const PROGRAM = fileURLToPath(new URL('../process/embedded/broker.js', import.meta.url));

/** The embedded broker in a process of its own. */
export class BrokerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly brokers: readonly string[],
    /** Of `EmbeddedKafka.start()` within it. Milliseconds. */
    readonly startMilliseconds: number,
  ) {}

  static async start(options: EmbeddedKafkaOptions = {}, execArgv: readonly string[] = []): Promise<BrokerProcess> {
    const env = { ...process.env, BROKER_OPTIONS: JSON.stringify(options) };
    const child = fork(PROGRAM, { execArgv: [...execArgv], env });
    const [message] = (await once(child, 'message')) as [{ brokers: string[]; startMilliseconds: number }];
    return new BrokerProcess(child, message.brokers, message.startMilliseconds);
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('the embedded broker has no process');
    return pid;
  }

  get port(): number {
    return Number(this.brokers[0]?.split(':')[1]);
  }

  /** What the process has used since it began. */
  async usage(): Promise<BrokerUsage> {
    this.child.send('usage');
    const [usage] = (await once(this.child, 'message')) as [BrokerUsage];
    return usage;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.disconnect();
    await once(this.child, 'exit');
  }
}
