import { ConnectionClosedError } from '../errors/connection-closed.error.js';
import { BrokerProbe } from '../health/broker-probe.js';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { Consumer, Producer } from '../driver/kafka-types.js';
import type { ReplyRouting } from '../reply/reply-routing.js';

/** Makes the parts of a connection; each is called once, in this order. */
export interface ConnectionParts {
  /** Names the client in errors. */
  clientId: string;
  driver(): Promise<KafkaDriver>;
  /** `undefined` for a client that only produces. */
  replies(driver: KafkaDriver): ReplyRouting | undefined;
  producer(driver: KafkaDriver): Producer;
  /** A consumer for callers who ask for one where replies need none. */
  consumer(driver: KafkaDriver): Consumer;
}

/**
 * Everything one `connect()` of a client opened, to be closed together.
 *
 * States: `opening` → `open` → `closed`, or `opening` → `closed`. A connection that is closed while it opens lets the
 * opening fail, and leaves nothing behind.
 */
export class ClientConnection {
  driver: KafkaDriver | undefined;
  replies: ReplyRouting | undefined;
  producer: Producer | undefined;
  /** Asks the brokers whether they are there; from the moment that there is a driver to do it with. */
  probe: BrokerProbe | undefined;
  private extraConsumer: Consumer | undefined;
  private opened = false;
  private closed = false;

  constructor(private readonly parts: ConnectionParts) {}

  async open(): Promise<Producer> {
    try {
      const driver = await this.parts.driver();
      this.driver = driver;
      this.probe = new BrokerProbe(driver);
      this.refuseIfClosed();
      this.replies = this.parts.replies(driver);
      if (this.replies?.consumer === undefined) {
        await this.openTogether(driver);
      } else {
        await this.replies.start();
        this.refuseIfClosed();
        this.producer = this.parts.producer(driver);
        await this.producer.connect();
      }
      this.refuseIfClosed();
      this.opened = true;
      return this.producer as Producer;
    } catch (error) {
      // What could not be opened may not be closable either; the reason to report is the first.
      await this.disconnect().catch(() => undefined);
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.opened && !this.closed;
  }

  /** The consumer of the reply group; with direct replies, one that is made now and left to the caller to connect. */
  get consumer(): Consumer | undefined {
    if (this.replies?.consumer !== undefined) {
      return this.replies.consumer;
    }
    if (this.driver !== undefined && this.replies !== undefined) {
      this.extraConsumer ??= this.parts.consumer(this.driver);
    }
    return this.extraConsumer;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.disconnect();
  }

  /**
   * Without a group there is nothing to join before the producer may be there, so both connect at once. Both are awaited
   * even if one fails: what still connects could not be closed.
   */
  private async openTogether(driver: KafkaDriver): Promise<void> {
    const producer = this.parts.producer(driver);
    this.producer = producer;
    const results = await Promise.allSettled([this.replies?.start(), producer.connect()]);
    const failed = results.find(result => result.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  /** Producer first: it flushes what was sent; then the way of replies. All are tried, the first error is reported. */
  private async disconnect(): Promise<void> {
    const { producer, replies, extraConsumer, probe } = this;
    const results = [
      ...(await Promise.allSettled([producer?.disconnect()])),
      ...(await Promise.allSettled([replies?.stop(), extraConsumer?.disconnect(), probe?.close()])),
    ];
    const failed = results.find(result => result.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  private refuseIfClosed(): void {
    if (this.closed) {
      throw new ConnectionClosedError(this.parts.clientId);
    }
  }
}
