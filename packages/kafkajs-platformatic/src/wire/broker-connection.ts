import { isIP } from 'node:net';
import { KafkaJSConnectionClosedError } from '../errors/connection-errors.js';
import type { WireApi } from './api.js';
import { connectError, requestError, responseWithin } from './error-mapping.js';
import { Connection, type ConnectionOptions } from './platformatic.js';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** Times in milliseconds. */
export interface BrokerConnectionOptions {
  readonly clientId: string;
  readonly tls?: NonNullable<ConnectionOptions['tls']> | undefined;
  readonly sasl?: NonNullable<ConnectionOptions['sasl']> | undefined;
  /** For TCP and the TLS handshake. */
  readonly connectionTimeout: number;
  /** For the SASL exchange after it. */
  readonly authenticationTimeout: number;
  /** Per request, from the moment it is written. */
  readonly requestTimeout: number;
  /** Requests on their way at once; the next ones wait in line. */
  readonly maxInFlight: number;
}

const FLUSH_ON_CLOSE_MS = 1000;
const KEEP_ALIVE_MS = 60_000;

/**
 * One TCP connection to a broker, connected and authenticated once. It is never revived: after it closed, every request
 * fails at once with a retriable error and the owner makes a new one. Makes one attempt at everything.
 */
export class BrokerConnection {
  readonly #address: BrokerAddress;
  readonly #options: BrokerConnectionOptions;
  readonly #connection: Connection;
  #open = false;
  #onClose: () => void = () => {};
  #closing: Promise<void> | undefined;

  constructor(address: BrokerAddress, options: BrokerConnectionOptions) {
    this.#address = address;
    this.#options = options;
    this.#connection = new Connection(options.clientId, {
      connectTimeout: options.connectionTimeout + (options.sasl === undefined ? 0 : options.authenticationTimeout),
      requestTimeout: options.requestTimeout,
      maxInflights: options.maxInFlight,
      ...(options.tls === undefined ? {} : { tls: withServerName(options.tls, address.host) }),
      ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    });
    // The library emits 'error' for what also fails the requests; without a listener it would end the process.
    this.#connection.on('error', () => {
      this.#open = false;
      this.#onClose();
    });
    this.#connection.on('close', () => {
      this.#open = false;
      this.#onClose();
    });
  }

  /** Calls `listener` when the connection is of no more use, maybe more than once. */
  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** @throws KafkaJSSASLAuthenticationError (never retriable), KafkaJSConnectionError (retriable). */
  async connect(): Promise<void> {
    const { host, port } = this.#address;
    let timer: NodeJS.Timeout | undefined;
    try {
      const connected = this.#connection.connect(host, port);
      const { socket } = this.#connection;
      timer = setTimeout(() => {
        if (socket.connecting || ('secureConnecting' in socket && socket.secureConnecting)) {
          socket.destroy(new Error(`no connection within ${this.#options.connectionTimeout} ms (connectionTimeout)`));
        }
      }, this.#options.connectionTimeout);
      await connected;
      if (this.#closing !== undefined) {
        throw new Error('closed while connecting');
      }
      // A peer that vanished without a word is noticed, also while nothing is sent.
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      this.#open = true;
    } catch (error) {
      this.#connection.socket?.destroy();
      throw connectError(error, this.#address);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @throws KafkaJSProtocolError for an error code, unless the API is `partial`: then the response is returned whole.
   * @throws KafkaJSConnectionClosedError, KafkaJSRequestTimeoutError (both retriable).
   */
  request<Args extends readonly unknown[], Response>(
    api: WireApi<Args, Response>,
    version: number,
    args: Args,
  ): Promise<Response> {
    const { host, port } = this.#address;
    return new Promise((resolve, reject) => {
      if (!this.#open) {
        reject(
          new KafkaJSConnectionClosedError(`Connection to ${host}:${port} closed before ${api.name} was sent`, {
            host,
            port,
          }),
        );
        return;
      }
      const sentAt = Date.now();
      api.send(this.#connection, version, args, (error, response) => {
        if (error === null) {
          resolve(response as Response);
          return;
        }
        const whole = api.partial ? responseWithin(error) : undefined;
        if (whole !== undefined) {
          resolve(whole as Response);
        } else {
          reject(requestError(error, { host, port, apiName: api.name, sentAt }));
        }
      });
    });
  }

  /** Closes the socket; requests on their way fail. Never rejects. */
  close(): Promise<void> {
    this.#open = false;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { socket, status } = this.#connection;
    if (status === 'connecting' || status === 'authenticating') {
      socket.destroy(new Error('closed by the client'));
      return;
    }
    // A peer that has stopped reading would keep the socket, and with it the process, open for ever.
    const timer = setTimeout(() => socket.destroy(), FLUSH_ON_CLOSE_MS);
    try {
      await this.#connection.close();
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Servers with many certificates choose by the name (SNI); an IP address is not allowed there (RFC 6066). */
function withServerName(
  tls: NonNullable<BrokerConnectionOptions['tls']>,
  host: string,
): NonNullable<BrokerConnectionOptions['tls']> {
  return isIP(host) === 0 && tls.servername === undefined ? { ...tls, servername: host } : tls;
}
