import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import { fromThreadError, valueOf } from './thread-errors.js';
import {
  Signal,
  type FromThread,
  type Outcome,
  type Question,
  type Questions,
  type ThreadData,
  type Told,
  type ToThread,
} from './thread-messages.js';

/** How long a question waits for its answer, in milliseconds: a broker's thread that takes longer hangs. */
const PATIENCE = 10_000;
/** What it may take to end when it has stopped. */
const GRACE = 5_000;

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export type Started = Extract<FromThread, { type: 'started' }>;

/**
 * The way to a broker's thread. States: starting -> serving -> ended, or -> failed from the first two when the thread ends by
 * itself; then everything that waits is rejected with WORKER_FAILED, and so is everything after it. Invariant: `pending` is empty
 * unless it is starting or serving.
 */
export class ThreadLink {
  private readonly worker: Worker;
  private readonly questions: MessagePort;
  private readonly signal: Int32Array<SharedArrayBuffer>;
  private readonly pending = new Map<number, Pending>();
  private readonly starting = Promise.withResolvers<Started>();
  private readonly exited = Promise.withResolvers<void>();
  private lastId = 0;
  private isEnding = false;
  private failure: EmbeddedKafkaError | undefined;

  constructor(
    options: EmbeddedKafkaOptions,
    isLogged: boolean,
    private readonly onTold: (item: Told) => void,
    private readonly onFailure: (error: EmbeddedKafkaError) => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.questions = port1;
    const signals = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    this.signal = new Int32Array(signals);
    const data: ThreadData = { options, isLogged, questions: port2, signals };
    this.worker = new Worker(new URL('./broker-thread.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
      name: 'embedded-kafka',
    });
    this.worker.on('message', (message: FromThread) => this.receive(message));
    this.worker.on('error', error => this.fail(error instanceof Error ? error.message : String(error)));
    this.worker.on('exit', code => {
      if (!this.isEnding) this.fail(`it ended with code ${code}`);
      this.questions.close();
      this.exited.resolve();
    });
  }

  /** @throws EmbeddedKafkaError what `EmbeddedKafka.start` throws, or WORKER_FAILED */
  started(): Promise<Started> {
    return this.starting.promise;
  }

  /** Runs a method of the broker there. @throws what it throws, or EmbeddedKafkaError WORKER_FAILED */
  call(method: Extract<ToThread, { type: 'call' }>['method'], args: readonly unknown[]): Promise<unknown> {
    if (this.failure) return Promise.reject(this.failure);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = ++this.lastId;
    this.pending.set(id, { resolve, reject });
    this.send({ type: 'call', id, method, args });
    return promise;
  }

  /** Asks, and waits for the answer without leaving the turn. @throws what it throws, or EmbeddedKafkaError WORKER_FAILED */
  ask<Name extends keyof Questions>(name: Name, ...args: Parameters<Questions[Name]>): ReturnType<Questions[Name]> {
    if (this.failure) throw this.failure;
    const question: Question = { name, args };
    const deadline = performance.now() + PATIENCE;
    const { answers, ended } = Signal;
    const seen = Atomics.load(this.signal, answers);
    this.questions.postMessage(question, []);
    while (Atomics.load(this.signal, answers) === seen) {
      if (Atomics.load(this.signal, ended) === 1) throw this.fail('it ended');
      const left = deadline - performance.now();
      if (left <= 0) throw new EmbeddedKafkaError('WORKER_FAILED', [`it has not answered for ${PATIENCE} ms`]);
      Atomics.wait(this.signal, answers, seen, Math.min(left, 100));
    }
    const received = receiveMessageOnPort(this.questions) as { readonly message: Outcome } | undefined;
    if (received === undefined) throw this.fail('it answered without a message');
    return valueOf(received.message) as ReturnType<Questions[Name]>;
  }

  /** Waits until the thread has ended, after `stop` was called there. */
  async end(): Promise<void> {
    this.isEnding = true;
    const timer = setTimeout(() => void this.worker.terminate(), GRACE);
    await this.exited.promise;
    clearTimeout(timer);
  }

  private receive(message: FromThread): void {
    switch (message.type) {
      case 'started':
        this.starting.resolve(message);
        break;
      case 'refused':
        this.isEnding = true;
        void this.exited.promise.then(() => this.starting.reject(fromThreadError(message.error)));
        break;
      case 'answer': {
        const pending = this.pending.get(message.id);
        this.pending.delete(message.id);
        if ('error' in message.outcome) pending?.reject(fromThreadError(message.outcome.error));
        else pending?.resolve(message.outcome.value);
        break;
      }
      case 'told':
        for (const item of message.items) this.onTold(item);
        this.send({ type: 'heard' });
        break;
    }
  }

  private fail(reason: string): EmbeddedKafkaError {
    if (this.failure) return this.failure;
    this.failure = new EmbeddedKafkaError('WORKER_FAILED', [reason]);
    this.isEnding = true;
    this.starting.reject(this.failure);
    for (const { reject } of this.pending.values()) reject(this.failure);
    this.pending.clear();
    this.onFailure(this.failure);
    return this.failure;
  }

  private send(message: ToThread): void {
    this.worker.postMessage(message, []);
  }
}
