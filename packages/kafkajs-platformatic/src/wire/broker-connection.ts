import { KafkaJSConnectionClosedError } from '../errors/connection-errors.js';
import type { Logger } from '../logger/logger.js';
import type { WireApi } from './api.js';
import type { BrokerAddress } from './broker-address.js';
import { ConnectionLost } from './connection-failures.js';
import { connectError, requestError, responseWithin } from './error-mapping.js';
import { FrameConnection } from './frame-connection.js';
import type { NetworkListener } from './network-events.js';
import type { RequestChannel } from './request-channel.js';
import { authenticate, type SaslMechanism } from './sasl-exchange.js';
import { defaultSocketFactory, type SocketFactory } from './socket-factory.js';

export type { BrokerAddress } from './broker-address.js';

/** What a timer can be set to. Milliseconds. */
const LONGEST_TIMER = 2_147_483_647;

/** Times in milliseconds. */
export interface BrokerConnectionOptions {
  readonly clientId: string;
  readonly tls?: object | undefined;
  readonly sasl?: SaslMechanism | undefined;
  readonly socketFactory?: SocketFactory | undefined;
  /** For TCP and the TLS handshake. */
  readonly connectionTimeout: number;
  /** For the SASL exchange after it. */
  readonly authenticationTimeout: number;
  /** How long before its end a SASL session is renewed. */
  readonly reauthenticationThreshold: number;
  /** Per request, from the moment it is written. */
  readonly requestTimeout: number;
  /** Requests on their way at once; the next ones wait in line. */
  readonly maxInFlight: number;
  readonly logger: Logger;
  readonly network?: NetworkListener | undefined;
}

/**
 * One TCP connection to a broker, connected and authenticated once, its SASL session renewed in time. It is never
 * revived: after it closed, every request fails at once with a retriable error and the owner makes a new one. Makes one
 * attempt at everything.
 */
export class BrokerConnection {
  readonly #address: BrokerAddress;
  readonly #options: BrokerConnectionOptions;
  readonly #connection: FrameConnection;
  #isReady = false;
  #isClosed = false;
  #onClose: () => void = () => {};
  #renewal: NodeJS.Timeout | undefined;

  constructor({ host, port }: BrokerAddress, options: BrokerConnectionOptions) {
    this.#address = { host, port };
    this.#options = options;
    const { clientId, tls, socketFactory = defaultSocketFactory, connectionTimeout, requestTimeout } = options;
    const { maxInFlight, network } = options;
    this.#connection = new FrameConnection(this.#address, {
      clientId,
      tls,
      socketFactory,
      connectionTimeout,
      requestTimeout,
      maxInFlight,
      network,
    });
    this.#connection.onClose(() => {
      clearTimeout(this.#renewal);
      this.#onClose();
    });
  }

  /** Calls `listener` when the connection is of no more use, maybe more than once. */
  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  get isOpen(): boolean {
    return this.#isReady && this.#connection.isOpen;
  }

  /** When the broker was last heard of over this connection; milliseconds of `performance.now()`. */
  get heardAt(): number {
    return this.#connection.heardAt;
  }

  /** @throws KafkaJSSASLAuthenticationError (never retriable), KafkaJSConnectionError (retriable). */
  async connect(): Promise<void> {
    try {
      await this.#connection.connect();
      await this.#connection.unlessClosed(this.#authenticate());
      if (this.#isClosed) {
        throw new ConnectionLost('closed while connecting');
      }
      this.#isReady = true;
    } catch (error) {
      this.#connection.destroy(new ConnectionLost('Connection closed'));
      throw connectError(error, this.#address);
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
      if (!this.isOpen) {
        reject(
          new KafkaJSConnectionClosedError(`Connection to ${host}:${port} closed before ${api.name} was sent`, {
            host,
            port,
          }),
        );
        return;
      }
      api.send(this.#connection, version, args, (error, response) => {
        if (error === null) {
          this.#heed(response);
          resolve(response as Response);
          return;
        }
        const whole = responseWithin(error);
        this.#heed(whole);
        if (api.partial && whole !== undefined) {
          resolve(whole as Response);
        } else {
          reject(requestError(error, { host, port, apiName: api.name }));
        }
      });
    });
  }

  /** A quota was exceeded: the broker has answered already, and asks for silence (KIP-219). */
  #heed(response: unknown): void {
    const { throttleTimeMs } = (response ?? {}) as { readonly throttleTimeMs?: unknown };
    if (typeof throttleTimeMs === 'number' && throttleTimeMs > 0) {
      this.#connection.mute(throttleTimeMs);
    }
  }

  /** Gives up a connection that may be dead without having ended: at once, nothing is waited for. */
  abandon(reason: string): void {
    this.#isClosed = true;
    clearTimeout(this.#renewal);
    this.#connection.destroy(new ConnectionLost(reason));
  }

  /** Closes the socket; requests on their way fail. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#renewal);
    if (this.#isReady) {
      await this.#connection.close();
    } else {
      this.#connection.destroy(new ConnectionLost('closed by the client'));
    }
  }

  async #authenticate(): Promise<void> {
    const { sasl, authenticationTimeout, reauthenticationThreshold, logger } = this.#options;
    if (sasl === undefined) {
      return;
    }
    // Requests of the exchange pass those that wait for its end.
    const channel: RequestChannel = {
      send: (key, version, create, parse, requestTags, responseTags, callback) =>
        this.#connection.send(key, version, create, parse, requestTags, responseTags, callback, true),
    };
    const timer = setTimeout(
      () =>
        this.#connection.destroy(
          new ConnectionLost(`not authenticated within ${authenticationTimeout} ms (authenticationTimeout)`),
        ),
      authenticationTimeout,
    );
    try {
      const lifetime = await authenticate(channel, sasl, this.#address, logger);
      if (lifetime > 0 && !this.#isClosed) {
        // A timer that is set for longer goes off at once; to renew a session early does no harm.
        const delay = Math.min(Math.max(lifetime - reauthenticationThreshold, lifetime / 2), LONGEST_TIMER);
        this.#renewal = setTimeout(() => void this.#renew(), delay);
        this.#renewal.unref();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** A broker takes nothing else while a session is renewed, so requests wait until what is on its way is answered. */
  async #renew(): Promise<void> {
    await this.#connection.hold();
    if (!this.#connection.isOpen) {
      return;
    }
    try {
      await this.#connection.unlessClosed(this.#authenticate());
      this.#connection.release();
    } catch (error) {
      const { message } = connectError(error, this.#address);
      this.#options.logger.error(`The session could not be renewed, the connection is made anew: ${message}`);
      this.#connection.destroy(new ConnectionLost('Connection closed: its session could not be renewed'));
    }
  }
}
