import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ClientKafka, type KafkaTransportOptions } from 'nest-kafka';
import { firstValueFrom } from 'rxjs';
import { EVENT, REQUEST } from './application.js';
import type { Recorder } from './recorder.js';

export interface LoadOptions {
  /** Loops that emit, each one event after the other. */
  emitters: number;
  /** Loops that send, each one request after the other. */
  requesters: number;
  /** Milliseconds between two of one loop. */
  pause: number;
  /** Milliseconds a request may take. */
  requestTimeout: number;
  /** Options of KafkaJS's client beside brokers and id. */
  client?: { requestTimeout?: number };
  /** How replies find their way. Default: direct. */
  reply?: NonNullable<KafkaTransportOptions['reply']>;
}

/** A steady load of events and requests from one client, until it is told to end. */
export class Load {
  private readonly client: ClientKafka;
  private readonly loops: Promise<void>[] = [];
  private ending = false;

  constructor(
    brokers: readonly string[],
    private readonly recorder: Recorder,
    private readonly options: LoadOptions,
  ) {
    const { requestTimeout, reply = { routing: 'direct' } } = options;
    this.client = new ClientKafka({
      client: { ...options.client, clientId: 'integrity-load', brokers: [...brokers] },
      consumer: { groupId: 'integrity-replies', sessionTimeout: 10_000, heartbeatInterval: 500 },
      requestTimeout,
      reply,
    });
  }

  async start(): Promise<void> {
    this.client.subscribeToResponseOf(REQUEST);
    await this.client.connect();
    const { emitters, requesters } = this.options;
    for (let i = 0; i < emitters; i++) {
      this.loops.push(this.loop(() => this.emit()));
    }
    for (let i = 0; i < requesters; i++) {
      this.loops.push(this.loop(() => this.request()));
    }
  }

  /** Lets everything that is under way settle, and closes the client. */
  async end(): Promise<void> {
    this.ending = true;
    await Promise.all(this.loops);
    await this.client.close();
  }

  private async loop(once: () => Promise<void>): Promise<void> {
    while (!this.ending) {
      await once();
      await wait(this.options.pause);
    }
  }

  private async emit(): Promise<void> {
    const id = randomUUID();
    this.recorder.emitted(id);
    try {
      await firstValueFrom(this.client.emit(EVENT, { id }));
      this.recorder.acknowledged(id);
    } catch (error) {
      this.recorder.emitFailed(id, error);
    }
  }

  private async request(): Promise<void> {
    const id = randomUUID();
    this.recorder.requested(id);
    try {
      const answer = await firstValueFrom(this.client.send<{ id: string }>(REQUEST, { id }));
      if (answer.id !== id) {
        throw new Error(`got the answer of ${answer.id}`);
      }
      this.recorder.answered(id);
    } catch (error) {
      this.recorder.requestFailed(id, error);
    }
  }
}
