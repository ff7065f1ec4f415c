import type { Socket } from 'node:net';
import type { ConnectionContext, RequestContext } from '../api/api.js';
import { CloseConnectionError } from '../api/close-connection-error.js';
import type { Broker } from '../broker.js';
import type { BrokerNode } from '../cluster/broker-node.js';
import { ErrorCode } from '../protocol/errors.js';
import { MalformedMessageError } from '../protocol/malformed-message-error.js';
import { FrameReader } from './frame-reader.js';
import { parseRequestHeader, type ParsedHeader } from './request-header.js';
import { responseFrame } from './response-frame.js';

const READ_AHEAD_BYTES = 256 * 1024;

/**
 * One client's connection. States:
 *
 *   reading -> handling: a frame is complete, and its answer is not known at once
 *   handling -> reading: the answer is written
 *   reading -> draining: the client does not read what we answer; nothing is handled until it does
 *   any -> closed
 *
 * Invariant: at most one request is being handled, so answers go out in the order of the requests, and what a client can
 * make us hold is one frame, one answer and some read-ahead. Reading goes on meanwhile, up to `READ_AHEAD_BYTES`: only who
 * reads learns that a client has gone.
 */
export class Connection implements ConnectionContext {
  readonly clientHost: string;
  private readonly abortController = new AbortController();
  private readonly frames: FrameReader;
  private isHandling = false;
  private isDraining = false;
  private isClosed = false;

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    private readonly node: BrokerNode,
    private readonly broker: Broker,
    maxFrameBytes: number,
    private readonly onClose: (connection: Connection) => void,
  ) {
    this.clientHost = `/${socket.remoteAddress ?? 'unknown'}`;
    this.frames = new FrameReader(maxFrameBytes);
    socket.setNoDelay(true);
    socket.on('data', chunk => this.receive(chunk));
    socket.on('drain', () => this.drained());
    socket.on('error', error => broker.logger.debug(`${this.name}: ${error.message}`));
    socket.on('close', () => this.closed());
  }

  get signal(): AbortSignal {
    return this.abortController.signal;
  }

  /** Cuts the connection at once, without an answer to what is under way. */
  destroy(): void {
    this.socket.destroy();
    this.closed();
  }

  private get name(): string {
    return `connection ${this.id} from ${this.clientHost}`;
  }

  private get mustWait(): boolean {
    return this.isHandling || this.isDraining;
  }

  private receive(chunk: Buffer): void {
    if (this.isClosed) return;
    this.frames.push(chunk);
    this.work();
    if (this.mustWait && this.frames.bufferedBytes > READ_AHEAD_BYTES) this.socket.pause();
  }

  private drained(): void {
    this.isDraining = false;
    this.work();
  }

  /** Handles frames until there is none left, or one has to wait. */
  private work(): void {
    if (this.mustWait || this.isClosed) return;
    this.socket.cork();
    try {
      for (let frame = this.frames.next(); frame !== undefined; frame = this.frames.next()) {
        this.handle(frame);
        if (this.mustWait || this.isClosed) break;
      }
    } catch (error) {
      this.fail(error);
    }
    this.socket.uncork();
    if (!this.mustWait && this.socket.isPaused()) this.socket.resume();
  }

  private handle(frame: Buffer): void {
    const header = parseRequestHeader(frame, this.broker.apis);
    const answer = this.answerTo(header);
    if (answer instanceof Promise) {
      this.isHandling = true;
      answer.then(
        response => this.settle(header, response),
        (error: unknown) => this.fail(error),
      );
    } else {
      this.send(header, answer);
    }
  }

  private answerTo(header: ParsedHeader): unknown {
    const { api, version, clientId, body } = header;
    // Version 0 is what every client can read (KIP-511).
    if (body === undefined) return unsupportedVersion(header);
    const request = api.codec.request.read(body, version);
    const context: RequestContext = { version, clientId, connection: this, node: this.node, broker: this.broker };
    return this.broker.faults.handle(api, request, context);
  }

  private settle(header: ParsedHeader, response: unknown): void {
    this.isHandling = false;
    if (this.isClosed) return;
    try {
      this.send(header, response);
    } catch (error) {
      this.fail(error);
    }
    this.work();
  }

  private send({ api, version, correlationId, body }: ParsedHeader, response: unknown): void {
    if (response === null || this.isClosed) return;
    const parts = responseFrame(api, body === undefined ? 0 : version, correlationId, response);
    let canTakeMore = true;
    if (parts.length > 1) this.socket.cork();
    for (const part of parts) canTakeMore = this.socket.write(part);
    if (parts.length > 1) this.socket.uncork();
    if (!canTakeMore) this.isDraining = this.socket.writableNeedDrain;
  }

  /** A client's nonsense is its own fault and ends its connection; anything else is ours and is told louder. */
  private fail(error: unknown): void {
    if (this.isClosed) return;
    if (error instanceof MalformedMessageError || error instanceof CloseConnectionError) {
      this.broker.logger.warn(`${this.name} is closed: ${error.message}`);
    } else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.broker.logger.error(`${this.name} is closed after an internal error: ${text}`);
    }
    this.destroy();
  }

  private closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.abortController.abort();
    this.onClose(this);
  }
}

function unsupportedVersion({ api }: ParsedHeader): unknown {
  const { key: apiKey, minVersion, maxVersion } = api;
  return { errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys: [{ apiKey, minVersion, maxVersion }] };
}
