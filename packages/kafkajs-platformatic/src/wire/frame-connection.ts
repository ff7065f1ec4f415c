import type { Socket } from 'node:net';
import type { BrokerAddress } from './broker-address.js';
import { CheckedReader } from './checked-reader.js';
import { ConnectionLost, RequestTimedOut } from './connection-failures.js';
import { responseWithin } from './error-mapping.js';
import { FrameReader } from './frame-reader.js';
import type { NetworkListener, RequestTimes } from './network-events.js';
import { protocolAPIsById, type Reader, Writer } from './platformatic.js';
import type { RequestChannel, ResponseCallback } from './request-channel.js';
import type { SocketFactory } from './socket-factory.js';

export interface FrameConnectionOptions {
  readonly clientId: string;
  readonly tls: object | undefined;
  readonly socketFactory: SocketFactory;
  /** For TCP and the TLS handshake. Milliseconds. */
  readonly connectionTimeout: number;
  /** Per request, from the moment it is written. Milliseconds. */
  readonly requestTimeout: number;
  /** Requests on their way at once; the next ones wait in line. */
  readonly maxInFlight: number;
  readonly network: NetworkListener | undefined;
}

interface Request {
  readonly correlationId: number;
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly payload: Buffer;
  readonly expectsResponse: boolean;
  readonly createdAt: number;
  sentAt: number;
  /** The same moment, by the clock that nobody sets: `performance.now()`. */
  writtenAt: number;
  timer: NodeJS.Timeout | undefined;
  /** Reads the response and calls back; the frame begins behind the correlation id. */
  readonly settle: (error: Error | null, frame?: Buffer) => void;
}

/** First byte of a TLS alert or handshake record, then its version: a broker that wants TLS answers so to plain bytes. */
const TLS_RECORD_TYPES = new Set([0x14, 0x15, 0x16, 0x17]);
const FLUSH_ON_CLOSE_MS = 1000;

/**
 * Requests and responses over one socket.
 *
 * States: `new` -> connect -> `connecting` -> `open` -> `closed`, for good. Invariants: every request settles exactly
 * once, those that are left when the socket closes with ConnectionLost; at most `maxInFlight` are on their way; while
 * `held` or muted, only requests marked as urgent leave.
 */
export class FrameConnection implements RequestChannel {
  readonly #address: BrokerAddress;
  readonly #options: FrameConnectionOptions;
  readonly #frames = new FrameReader();
  readonly #inFlight = new Map<number, Request>();
  readonly #waiting: Request[] = [];
  #socket: Socket | undefined;
  #state: 'new' | 'connecting' | 'open' | 'closed' = 'new';
  #failure: Error | undefined;
  #correlationId = 0;
  #isFirstChunk = true;
  #heardAt = 0;
  #hold: { readonly onIdle: () => void } | undefined;
  /** Set while the broker has asked for silence. */
  #muted: NodeJS.Timeout | undefined;
  #onClose: () => void = () => {};
  /** Set while something is under way that is lost with the connection. */
  #onFailure: ((error: Error) => void) | undefined;

  constructor(address: BrokerAddress, options: FrameConnectionOptions) {
    this.#address = address;
    this.#options = options;
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** When the other side was last heard of, its consent to the connection included; milliseconds of `performance.now()`. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** @throws what kept the socket from connecting. */
  connect(): Promise<void> {
    const { connectionTimeout, socketFactory, tls } = this.#options;
    this.#state = 'connecting';
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.destroy(new ConnectionLost(`no connection within ${connectionTimeout} ms (connectionTimeout)`));
      }, connectionTimeout);
      const onConnect = (): void => {
        clearTimeout(timer);
        if (this.#state === 'connecting') {
          this.#state = 'open';
          this.#heardAt = performance.now();
          resolve();
        }
      };
      try {
        // KafkaJS hands undefined to the factory where there is no TLS, whatever its type says.
        const socket = socketFactory({ ...this.#address, ssl: tls as object, onConnect });
        this.#socket = socket;
        socket.on('data', chunk => this.#receive(chunk));
        socket.on('error', error => this.destroy(error));
        socket.on('timeout', () => this.destroy(new ConnectionLost('the socket timed out')));
        socket.on('close', () => {
          clearTimeout(timer);
          this.#fail(new ConnectionLost('Connection closed'));
          reject(this.#failure);
        });
        socket.on('end', () => socket.destroy());
      } catch (error) {
        clearTimeout(timer);
        this.#state = 'closed';
        reject(error);
      }
    });
  }

  send<Response>(
    apiKey: number,
    apiVersion: number,
    createPayload: () => Writer,
    parse: (correlationId: number, apiKey: number, apiVersion: number, reader: Reader) => Response,
    hasRequestTags: boolean,
    hasResponseTags: boolean,
    callback: ResponseCallback<Response>,
    isUrgent = false,
  ): void {
    if (this.#state !== 'open') {
      callback(this.#failure ?? new ConnectionLost('Connection closed'));
      return;
    }
    this.#correlationId = (this.#correlationId + 1) & 0x7fffffff;
    const correlationId = this.#correlationId;
    let request: Request;
    try {
      const body = createPayload();
      const writer = Writer.create()
        .appendInt16(apiKey)
        .appendInt16(apiVersion)
        .appendInt32(correlationId)
        .appendString(this.#options.clientId, false);
      if (hasRequestTags) {
        writer.appendTaggedFields();
      }
      const expectsResponse = body.context['noResponse'] !== true;
      request = {
        correlationId,
        apiKey,
        apiVersion,
        payload: writer.appendFrom(body).prependLength().buffer,
        expectsResponse,
        createdAt: Date.now(),
        sentAt: 0,
        writtenAt: 0,
        timer: undefined,
        settle: (error, frame) => {
          if (error !== null || frame === undefined) {
            callback(error);
            return;
          }
          let response: Response;
          try {
            const reader = CheckedReader.over(frame);
            if (hasResponseTags) {
              reader.readTaggedFields();
            }
            response = parse(correlationId, apiKey, apiVersion, reader);
          } catch (parseError) {
            if (responseWithin(parseError) === undefined) {
              this.#refuse(parseError as Error);
              callback(this.#failure as Error);
            } else {
              callback(parseError as Error);
            }
            return;
          }
          callback(null, response);
        },
      };
    } catch (error) {
      callback(error as Error);
      return;
    }
    if (isUrgent || this.#mayLeave()) {
      this.#write(request);
    } else {
      this.#waiting.push(request);
      this.#reportQueue();
    }
  }

  /** Lets no request leave any more but urgent ones; resolves when none is on its way. */
  hold(): Promise<void> {
    return new Promise(resolve => {
      this.#hold = { onIdle: resolve };
      if (this.#inFlight.size === 0) {
        resolve();
      }
    });
  }

  /**
   * Settles as `task` does, or is rejected when the connection closes first: an application's own code (a token provider,
   * a mechanism) may never settle, and whoever waits for this connection must not wait with it.
   */
  async unlessClosed<Result>(task: Promise<Result>): Promise<Result> {
    const closed = Promise.withResolvers<never>();
    this.#onFailure = error => closed.reject(error);
    if (this.#failure !== undefined) {
      closed.reject(this.#failure);
    }
    // What the task brings after all is told to nobody: the connection is gone.
    task.catch(() => undefined);
    try {
      return await Promise.race([task, closed.promise]);
    } finally {
      this.#onFailure = undefined;
    }
  }

  release(): void {
    this.#hold = undefined;
    this.#advance();
  }

  /**
   * The broker reads nothing from this connection for so long (KIP-219): what is sent meanwhile would only time out there.
   * Longer than requestTimeout is not believed.
   */
  mute(milliseconds: number): void {
    if (this.#state !== 'open') {
      return;
    }
    clearTimeout(this.#muted);
    this.#muted = setTimeout(
      () => {
        this.#muted = undefined;
        this.#advance();
      },
      Math.min(milliseconds, this.#options.requestTimeout),
    );
  }

  /** Closes at once; what is on its way fails with `reason`. */
  destroy(reason: Error): void {
    this.#fail(reason);
    this.#socket?.destroy();
  }

  /** Lets the socket write what it holds, for a second at most. Never rejects. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#fail(new ConnectionLost('Connection closed'));
    if (socket === undefined || socket.destroyed) {
      return;
    }
    await new Promise<void>(resolve => {
      // A peer that has stopped reading would keep the socket, and with it the process, open for ever.
      const timer = setTimeout(() => socket.destroy(), FLUSH_ON_CLOSE_MS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.destroySoon();
    });
  }

  #mayLeave(): boolean {
    return this.#hold === undefined && this.#muted === undefined && this.#inFlight.size < this.#options.maxInFlight;
  }

  #write(request: Request): void {
    request.sentAt = Date.now();
    request.writtenAt = performance.now();
    if (request.expectsResponse) {
      this.#inFlight.set(request.correlationId, request);
      request.timer = setTimeout(() => this.#timeOut(request), this.#options.requestTimeout);
    }
    this.#socket?.write(request.payload);
    if (!request.expectsResponse) {
      request.settle(null);
    }
  }

  #advance(): void {
    const before = this.#waiting.length;
    while (this.#waiting.length > 0 && this.#mayLeave()) {
      this.#write(this.#waiting.shift() as Request);
    }
    if (this.#waiting.length !== before) {
      this.#reportQueue();
    }
    if (this.#inFlight.size === 0) {
      this.#hold?.onIdle();
    }
  }

  #receive(chunk: Buffer): void {
    this.#heardAt = performance.now();
    if (this.#isFirstChunk) {
      this.#isFirstChunk = false;
      if (this.#options.tls === undefined && TLS_RECORD_TYPES.has(chunk[0] as number) && chunk[1] === 3) {
        this.destroy(new ConnectionLost('Broker requires TLS.'));
        return;
      }
    }
    try {
      this.#frames.push(chunk, frame => this.#take(frame));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #take(frame: Buffer): void {
    const correlationId = frame.readInt32BE(0);
    const request = this.#inFlight.get(correlationId);
    if (request === undefined) {
      this.destroy(new ConnectionLost(`Received a response with the unexpected correlation id ${correlationId}`));
      return;
    }
    this.#inFlight.delete(correlationId);
    clearTimeout(request.timer);
    const { network } = this.#options;
    if (network?.wants('REQUEST')) {
      const duration = Math.round(performance.now() - request.writtenAt);
      network.notify('REQUEST', { ...this.#times(request), duration, size: frame.length });
    }
    // It may ask for silence, so it is read before the next one leaves.
    request.settle(null, frame.subarray(4));
    this.#advance();
  }

  /** Nothing that comes over a connection is to be believed once something on it could not be read. */
  #refuse(parseError: Error): void {
    const cause = new Error(`the response could not be read (${parseError.message})`);
    this.destroy(new ConnectionLost('Connection closed', { cause }));
  }

  /** Answers come in the order of the requests, so those behind it would not come either. */
  #timeOut(request: Request): void {
    const { network } = this.#options;
    if (network?.wants('REQUEST_TIMEOUT')) {
      network.notify('REQUEST_TIMEOUT', this.#times(request));
    }
    this.#inFlight.delete(request.correlationId);
    request.settle(new RequestTimedOut(request));
    this.destroy(new ConnectionLost('Connection closed: a request was not answered in time'));
  }

  #fail(reason: Error): void {
    if (this.#state === 'closed') {
      return;
    }
    this.#state = 'closed';
    this.#failure = reason;
    clearTimeout(this.#muted);
    const left = [...this.#inFlight.values(), ...this.#waiting.splice(0)];
    this.#inFlight.clear();
    for (const request of left) {
      clearTimeout(request.timer);
      request.settle(
        reason instanceof ConnectionLost ? reason : new ConnectionLost('Connection closed', { cause: reason }),
      );
    }
    this.#hold?.onIdle();
    this.#onFailure?.(reason);
    this.#onClose();
  }

  #times({ correlationId, createdAt, sentAt, apiKey, apiVersion }: Request): RequestTimes {
    const { host, port } = this.#address;
    const names: Readonly<Record<number, string>> = protocolAPIsById;
    return {
      broker: `${host}:${port}`,
      clientId: this.#options.clientId,
      correlationId,
      createdAt,
      sentAt,
      pendingDuration: sentAt - createdAt,
      apiName: names[apiKey] ?? String(apiKey),
      apiKey,
      apiVersion,
    };
  }

  #reportQueue(): void {
    const { network, clientId } = this.#options;
    if (network?.wants('REQUEST_QUEUE_SIZE')) {
      const { host, port } = this.#address;
      network.notify('REQUEST_QUEUE_SIZE', { broker: `${host}:${port}`, clientId, queueSize: this.#waiting.length });
    }
  }
}
