import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface DriverCommand {
  readonly command: string;
  readonly args: readonly string[];
}

interface Answer {
  readonly scenario: string;
  readonly observations?: unknown;
  readonly error?: string;
}

const SCENARIO_DEADLINE = 90_000;
const STDERR_LINES = 20;

/** A client's program: it is told scenarios line by line and answers each with one line of JSON (see ../README.md). */
export class Driver implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #stderr: string[] = [];
  readonly #exited: Promise<unknown>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    { command, args }: DriverCommand,
    bootstrap: string,
  ) {
    this.#process = spawn(
      command,
      args.map(argument => argument.replace('{bootstrap}', bootstrap)),
      {
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    const { stdout, stderr, stdin } = this.#process;
    if (!stdout || !stderr || !stdin) throw new Error(`${name} has no pipes`);
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
    createInterface({ input: stderr }).on('line', line => {
      this.#stderr.push(line);
      if (this.#stderr.length > STDERR_LINES) this.#stderr.shift();
    });
    // A driver that has died is reported by the answer that does not come.
    stdin.on('error', error => this.#stderr.push(String(error)));
    this.#exited = once(this.#process, 'exit').catch((error: unknown) => this.#stderr.push(String(error)));
  }

  /**
   * Runs a scenario after those that were asked for earlier.
   * @returns what the driver observed
   * @throws the driver's error, or that it ended or took longer than 90 s
   */
  run(scenario: string, prefix: string, ...words: string[]): Promise<unknown> {
    const observed = this.#turn.then(() => this.#ask([scenario, prefix, ...words]));
    this.#turn = observed.catch(() => undefined);
    return observed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin?.end();
    const killing = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await this.#exited;
    clearTimeout(killing);
  }

  async #ask(words: readonly string[]): Promise<unknown> {
    const asked = words.join(' ');
    this.#process.stdin?.write(`${asked}\n`);
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // An answer that came late would be taken for the next scenario's.
      this.#process.kill('SIGKILL');
      deadline.reject(this.#fault(asked, `has not answered in ${SCENARIO_DEADLINE} ms`));
    }, SCENARIO_DEADLINE);
    try {
      const line = await Promise.race([this.#answers.next(), deadline.promise]);
      if (line.done) throw this.#fault(asked, 'ended');
      const answer = JSON.parse(line.value) as Answer;
      if (answer.error !== undefined) throw this.#fault(asked, answer.error);
      return answer.observations;
    } finally {
      clearTimeout(timer);
    }
  }

  #fault(asked: string, what: string): Error {
    return new Error(`${this.name}, asked "${asked}": ${what}\n${this.#stderr.join('\n')}`);
  }
}
