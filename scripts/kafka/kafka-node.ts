import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDied, notReady } from './errors.ts';
import { fetchMetadata } from './metadata-probe.ts';
import { signalGroup } from './process-group.ts';

/*
 * One broker and controller in a JVM of its own, in a process group of its own.
 *
 *   stopped --launch()--> running --stop() | kill() | its own death--> stopped
 *
 * Invariants: `#process` is set exactly while the JVM may live; ports, properties file and data outlive the JVM, so that
 * the node that is launched again is the same node.
 */
export interface KafkaNodeOptions {
  readonly id: number;
  readonly port: number;
  readonly java: string;
  /** JVM options and class path, up to the main class. */
  readonly jvmArguments: readonly string[];
  readonly propertiesFile: string;
  readonly logFile: string;
  readonly onPidChange: () => void;
}

const LOG_LINES_IN_ERRORS = 25;
const PROBE_INTERVAL = 100;

export class KafkaNode {
  readonly id: number;
  readonly port: number;
  readonly #options: KafkaNodeOptions;
  #process: ChildProcess | undefined;
  #exited: Promise<string> = Promise.resolve('never started');

  constructor(options: KafkaNodeOptions) {
    this.id = options.id;
    this.port = options.port;
    this.#options = options;
  }

  get broker(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The JVM's process id; undefined while the node is down. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the JVM and returns at once. */
  launch(): void {
    if (this.#process) throw new Error(`Kafka node ${this.id} is running already (pid ${this.#process.pid})`);
    const { java, jvmArguments, propertiesFile, logFile } = this.#options;
    const log = openSync(logFile, 'a');
    const child = spawn(java, [...jvmArguments, 'kafka.Kafka', propertiesFile], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.unref();
    this.#process = child;
    this.#exited = new Promise(resolve => {
      const ended = (outcome: string): void => {
        this.#process = undefined;
        this.#options.onPidChange();
        resolve(outcome);
      };
      child.once('error', error => ended(error.message));
      child.once('exit', (code, signal) => ended(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    this.#options.onPidChange();
  }

  /** Launches the node (again) and resolves when it serves its cluster's metadata with itself live in it. */
  async start(timeout = 60_000): Promise<void> {
    this.launch();
    await this.untilServing([this.id], timeout);
  }

  /** Resolves when this node answers and tells of these brokers as live; rejects when it dies or time runs out. */
  async untilServing(brokerIds: readonly number[], timeout: number): Promise<void> {
    const deadline = performance.now() + timeout;
    let detail = 'it did not answer';
    while (performance.now() < deadline) {
      if (!this.#process) throw nodeDied(this.id, await this.#exited, this.logTail());
      try {
        const known = (await fetchMetadata(this.broker)).brokers.map(({ id }) => id);
        if (brokerIds.every(id => known.includes(id))) return;
        detail = `it knows of the live brokers [${known.join(', ')}] and not yet of all of [${brokerIds.join(', ')}]`;
      } catch (error) {
        detail = error instanceof Error ? error.message : String(error);
      }
      await sleep(PROBE_INTERVAL);
    }
    throw notReady(`Kafka node ${this.id} (${this.broker})`, timeout, detail, this.logTail());
  }

  /** Ends the node in an orderly way (SIGTERM: leaders move first); after the grace period it is killed. */
  async stop(graceMilliseconds = 20_000): Promise<void> {
    const pid = this.pid;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMilliseconds);
    await this.#untilExited();
    clearTimeout(timer);
  }

  /** kill -9, resolving when the process is gone. Data and ports stay for the next `start()`. */
  async kill(): Promise<void> {
    const pid = this.pid;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGKILL');
    await this.#untilExited();
  }

  /** Stops the process where it stands (SIGSTOP), its sockets open: a broker that hangs. */
  freeze(): void {
    if (this.pid !== undefined) signalGroup(this.pid, 'SIGSTOP');
  }

  /** Lets a frozen process go on (SIGCONT). */
  thaw(): void {
    if (this.pid !== undefined) signalGroup(this.pid, 'SIGCONT');
  }

  /** The child is unref'd, so that it keeps nobody's process alive; whoever waits for its end does want to stay. */
  async #untilExited(): Promise<void> {
    this.#process?.ref();
    await this.#exited;
  }

  logTail(): string {
    try {
      return readFileSync(this.#options.logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_IN_ERRORS).join('\n');
    } catch {
      return '(no log)';
    }
  }
}
