import {
  KafkaJSConnectionClosedError,
  KafkaJSRequestTimeoutError,
  KafkaJSServerDoesNotSupportApiKey,
} from '../errors/connection-errors.js';
import { KafkaJSProtocolError } from '../errors/protocol-errors.js';
import { negotiate, type OfferedVersions, type WireApi } from '../wire/api.js';
import { ApiVersionsApi } from '../wire/apis.js';
import { BrokerConnection, type BrokerAddress, type BrokerConnectionOptions } from '../wire/broker-connection.js';
import { CLIENT_SOFTWARE_NAME, CLIENT_SOFTWARE_VERSION } from '../version.js';

/**
 * A broker answers the requests of one connection one after the other, so a request that waits on purpose (JoinGroup,
 * Fetch) would hold up every one behind it. Each kind of traffic has a connection of its own.
 */
export type Channel = 'default' | 'group' | 'commit' | 'fetch' | 'catch-up' | 'produce';

export type ChannelOptions = Omit<BrokerConnectionOptions, 'requestTimeout' | 'maxInFlight'> & {
  /** Milliseconds. */
  readonly requestTimeouts: Readonly<Record<Channel, number>>;
  /** KafkaJS's limit of requests on their way over one connection; lowers those of the channels. */
  readonly maxInFlight?: number | undefined;
};

const MAX_IN_FLIGHT: Readonly<Record<Channel, number>> = {
  default: 16,
  group: 16,
  commit: 16,
  fetch: 1,
  'catch-up': 1,
  produce: 5,
};
const UNSUPPORTED_VERSION = 35;

interface OpenChannel {
  readonly connection: BrokerConnection;
  readonly ready: Promise<OfferedVersions>;
}

/** One node of the cluster: its connections by channel, made when first needed, each replaced after it broke. */
export class Broker {
  readonly host: string;
  readonly port: number;
  readonly #options: ChannelOptions;
  readonly #channels = new Map<Channel, OpenChannel>();
  #closed = false;

  constructor(address: BrokerAddress, options: ChannelOptions) {
    this.host = address.host;
    this.port = address.port;
    this.#options = options;
  }

  /** Connects the channel if need be. Nothing is repeated here: retrying is the caller's. */
  async connect(channel: Channel = 'default'): Promise<void> {
    await this.#open(channel).ready;
  }

  /** @throws KafkaJSServerDoesNotSupportApiKey if the two sides share no version of the API. */
  async request<Args extends readonly unknown[], Response>(
    channel: Channel,
    api: WireApi<Args, Response>,
    args: Args,
  ): Promise<Response> {
    const open = this.#open(channel);
    const asked = performance.now();
    try {
      const offered = await open.ready;
      const version = negotiate(api, offered, args);
      if (version === undefined) {
        throw this.#unsupported(api, offered);
      }
      return await open.connection.request(api, version, args);
    } catch (error) {
      if (error instanceof KafkaJSRequestTimeoutError) {
        // The earlier of both: a busy process learns late of a timeout, and one who waits for a connection asks late.
        this.#abandonSilent(Math.min(asked, performance.now() - this.#options.requestTimeouts[channel]));
      }
      throw error;
    }
  }

  /**
   * A request was not answered in time. Where the network has left connections half-open, all that this client has to the
   * node are dead and none of them ends by itself; the next JoinGroup would wait on its own for more than a minute.
   */
  #abandonSilent(since: number): void {
    for (const { connection } of this.#channels.values()) {
      if (connection.isOpen && connection.heardAt < since) {
        connection.abandon('Connection closed: nothing was heard while a request over another one was not answered');
      }
    }
  }

  /** Ends what is on its way over this channel, a long poll say; the next request connects anew. Never rejects. */
  async closeChannel(channel: Channel): Promise<void> {
    const open = this.#channels.get(channel);
    this.#channels.delete(channel);
    await open?.connection.close();
  }

  /** Final: a closed broker makes no connection again. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    await Promise.all(channels.map(({ connection }) => connection.close()));
  }

  #open(channel: Channel): OpenChannel {
    const existing = this.#channels.get(channel);
    if (existing !== undefined) {
      return existing;
    }
    if (this.#closed) {
      const { host, port } = this;
      throw new KafkaJSConnectionClosedError(`Broker ${host}:${port} was closed by the client`, { host, port });
    }
    const connection = new BrokerConnection(this, {
      ...this.#options,
      requestTimeout: this.#options.requestTimeouts[channel],
      maxInFlight: Math.min(MAX_IN_FLIGHT[channel], this.#options.maxInFlight ?? Number.POSITIVE_INFINITY),
    });
    const forget = (): void => {
      if (this.#channels.get(channel)?.connection === connection) {
        this.#channels.delete(channel);
      }
    };
    connection.onClose(forget);
    const open: OpenChannel = { connection, ready: this.#establish(connection) };
    open.ready.catch(forget);
    this.#channels.set(channel, open);
    return open;
  }

  // Asked again on every connection: a broker may have been upgraded since the last one.
  async #establish(connection: BrokerConnection): Promise<OfferedVersions> {
    await connection.connect();
    try {
      const { apiKeys } = await askVersions(connection);
      return new Map(
        apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { min: minVersion, max: maxVersion }]),
      );
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  #unsupported(api: WireApi<never, unknown>, offered: OfferedVersions): KafkaJSServerDoesNotSupportApiKey {
    const range = offered.get(api.key);
    const offer = range === undefined ? 'does not offer it' : `offers versions ${range.min} to ${range.max}`;
    return new KafkaJSServerDoesNotSupportApiKey(
      `The broker at ${this.host}:${this.port} ${offer}, this client speaks ${api.name} ` +
        `${api.versions[0]} to ${api.versions.at(-1)}. Use a broker of Apache Kafka 3.0 or newer.`,
      { apiKey: api.key, apiName: api.name },
    );
  }
}

async function askVersions(
  connection: BrokerConnection,
): Promise<{ readonly apiKeys: readonly { apiKey: number; minVersion: number; maxVersion: number }[] }> {
  const args = [CLIENT_SOFTWARE_NAME, CLIENT_SOFTWARE_VERSION] as [string, string];
  try {
    return await connection.request(ApiVersionsApi, 3, args);
  } catch (error) {
    // KIP-511: a broker that does not know version 3 says so in the format of version 0.
    if (error instanceof KafkaJSProtocolError && error.code === UNSUPPORTED_VERSION) {
      return connection.request(ApiVersionsApi, 0, args);
    }
    throw error;
  }
}
