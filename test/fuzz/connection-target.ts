import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { FrameConnection } from '../../packages/kafkajs-platformatic/src/wire/frame-connection.js';
import { Writer } from '../../packages/kafkajs-platformatic/src/wire/platformatic.js';
import type { ResponseDecoder } from './response-decoders.js';

/** A request was neither answered nor refused, or an error went past it to where nobody waits for it. */
export class UnsettledError extends Error {
  override readonly name = 'UnsettledError';
}

/** As much of a socket as a connection uses; what is emitted as `data` is received. */
class AnsweringSocket extends EventEmitter {
  destroyed = false;

  write(): boolean {
    return true;
  }

  destroy(): void {
    if (!this.destroyed) {
      this.destroyed = true;
      this.emit('close');
    }
  }
}

const emptyRequest = (): Writer => Writer.create().appendInt8(0);

/** A connection of the client to a broker that answers anything; another one, when that has given up. */
export class ConnectionTarget {
  readonly #decoders: readonly ResponseDecoder[];
  #connection: FrameConnection | undefined;
  #socket = new AnsweringSocket();
  #correlationId = 0;
  /** Connections that have given up. */
  ended = 0;

  constructor(decoders: readonly ResponseDecoder[]) {
    this.#decoders = decoders;
  }

  /**
   * Sends a request, and answers it with `body` in chunks of any size.
   * @throws the error that the request ended with; UnsettledError if it did not end
   */
  answer(decoder: number, body: Buffer, random: () => number): void {
    const { apiKey, apiVersion, hasResponseTags, parse } = this.#decoders[decoder] as ResponseDecoder;
    const connection = this.#open();
    let settled = 0;
    let failure: Error | null = null;
    connection.send(apiKey, apiVersion, emptyRequest, parse, false, hasResponseTags, error => {
      settled++;
      failure = error;
    });
    this.#correlationId++;
    // Now and then the answer is to somebody else.
    const head = Buffer.alloc(8);
    head.writeInt32BE(body.length + 4, 0);
    head.writeInt32BE(random() < 0.99 ? this.#correlationId : Math.floor(random() * 100), 4);
    this.#receive(Buffer.concat([head, body]), random);
    if (settled === 0 && this.#socket.destroyed) {
      throw new UnsettledError('a request outlived its connection');
    }
    if (settled !== 1) {
      throw new UnsettledError(`a request was settled ${settled} times`);
    }
    if (failure !== null) {
      throw failure as Error;
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(frame: Buffer, random: () => number): void {
    try {
      for (let at = 0; at < frame.length && !this.#socket.destroyed;) {
        const end = Math.min(frame.length, at + 1 + Math.floor(random() * 1_024));
        this.#socket.emit('data', frame.subarray(at, end));
        at = end;
      }
    } catch (error) {
      throw new UnsettledError(`an error went past the connection: ${String(error)}`);
    }
  }

  #open(): FrameConnection {
    if (this.#connection?.isOpen === true) {
      return this.#connection;
    }
    const socket = new AnsweringSocket();
    const connected: (() => void)[] = [];
    const connection = new FrameConnection(
      { host: 'fuzz', port: 9092 },
      {
        clientId: 'fuzz',
        tls: undefined,
        socketFactory: args => {
          connected.push(args.onConnect);
          return socket as unknown as Socket;
        },
        connectionTimeout: 60_000,
        requestTimeout: 60_000,
        maxInFlight: 1,
        network: undefined,
      },
    );
    // Settles when the connection ends: that it opened is seen at once.
    connection.connect().catch(() => undefined);
    connected[0]?.();
    connection.onClose(() => this.ended++);
    this.#socket = socket;
    this.#connection = connection;
    this.#correlationId = 0;
    return connection;
  }
}
