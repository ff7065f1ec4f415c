import type { KafkaTransportOptions } from 'nest-kafka';
import { firstValueFrom, timeout } from 'rxjs';
import type { Recorder } from '../record/recorder.js';
import type { IntegrityEvent } from './service.js';
import type { Subject } from './subject.js';
import type { LoadClient } from './transports.js';

export interface TrafficOptions {
  /** Milliseconds a request may take. */
  readonly requestTimeout: number;
  /** How replies find their way, where the transport has a choice. Default: direct. */
  readonly reply?: NonNullable<KafkaTransportOptions['reply']>;
}

/** A client's events and requests, one at a time, each of them told to the recorder. */
export class Traffic {
  private readonly client: LoadClient;
  private readonly requestTimeout: number;

  constructor(
    private readonly subject: Subject,
    private readonly recorder: Recorder,
    { requestTimeout, reply = { routing: 'direct' } }: TrafficOptions,
  ) {
    const { transport, brokers, group, client } = subject;
    this.client = transport.createClient({
      client: { ...client, clientId: 'integrity-load', brokers: [...brokers] },
      consumer: { groupId: group, sessionTimeout: 10_000, heartbeatInterval: 500 },
      requestTimeout,
      ...(transport.name === 'ours' ? { reply } : {}),
    });
    // Ours has a deadline of its own, of this length; the built-in waits for ever unless it is told otherwise.
    this.requestTimeout = transport.name === 'ours' ? requestTimeout + 10_000 : requestTimeout;
  }

  async connect(): Promise<void> {
    this.client.subscribeToResponseOf(this.subject.request);
    await this.client.connect();
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** Events of one key are emitted in this order, and are to be handled in it. */
  async emit(key: number): Promise<void> {
    const { events } = this.recorder;
    const id = events.begin(key);
    try {
      await firstValueFrom(this.client.emit(this.subject.event, { key: String(key), value: { id } }));
      events.acknowledge(id);
    } catch (error) {
      events.fail(id, error);
    }
  }

  async request(): Promise<void> {
    const { requests } = this.recorder;
    const id = requests.begin(0);
    try {
      const answers = this.client.send<IntegrityEvent>(this.subject.request, { id });
      const answer = await firstValueFrom(answers.pipe(timeout({ first: this.requestTimeout })));
      if (answer.id !== id) {
        throw new Error(`got the answer of ${answer.id}`);
      }
      this.recorder.answered(id);
    } catch (error) {
      requests.fail(id, error);
    }
  }
}
