import type { Socket } from 'node:net';
import type { ConnectionContext, RequestContext } from '../api/api.js';
import { CloseConnectionError } from '../api/close-connection-error.js';
import { realClock, type Timer } from '../clock.js';
import type { Broker } from '../broker.js';
import type { BrokerNode } from '../cluster/broker-node.js';
import { ErrorCode } from '../protocol/errors.js';
import { MalformedMessageError } from '../protocol/malformed-message-error.js';
import { refusals } from '../faults/refusals.js';
import type { Principal } from '../security/principal.js';
import type { SaslSession } from '../security/sasl/sasl-session.js';
import type { FrameBlocks } from './frame-blocks.js';
import { FrameReader } from './frame-reader.js';
import { IdleTimer } from './idle-timer.js';
import type { Listener } from './listener.js';
import { parseRequestHeader, type ParsedHeader } from './request-header.js';
import { MangledAnswer } from '../faults/mangled-answer.js';
import { responseFrame } from './response-frame.js';

const READ_AHEAD_BYTES = 256 * 1024;
/** `sasl.server.max.receive.size`: what a stranger may send before he has proved who he is. */
const MAX_STRANGER_BYTES = 512 * 1024;

export interface ConnectionOptions {
  readonly id: number;
  readonly socket: Socket;
  /** The node that the client has connected to. */
  readonly node: BrokerNode;
  readonly broker: Broker;
  readonly listener: Listener;
  /** Who the client is, as far as its certificate says. */
  readonly principal: Principal;
  readonly maxFrameBytes: number;
  readonly frameBlocks: FrameBlocks;
  onClose(connection: Connection): void;
}

/**
 * One client's connection. States:
 *
 *   reading -> handling: a frame is complete, and its answer is not known at once
 *   handling -> reading: the answer is written
 *   reading -> draining: the client does not read what we answer; nothing is handled until it does
 *   reading -> throttled: the client has gone beyond a quota; nothing is handled until its time is over (KIP-219)
 *   handling -> failing: the authentication has failed, and the answer, if there is one, waits for a moment, so that passwords
 *     cannot be tried fast (`connection.failed.authentication.delay.ms`)
 *   any -> closed; also if nothing comes or goes for `connections.max.idle.ms` while nothing is being handled
 *
 * Invariant: at most one request is being handled, so answers go out in the order of the requests, and what a client can
 * make us hold is one frame, one answer and some read-ahead. Reading goes on meanwhile, up to `READ_AHEAD_BYTES`: only who
 * reads learns that a client has gone.
 */
export class Connection implements ConnectionContext {
  readonly id: number;
  readonly clientHost: string;
  readonly listener: string;
  readonly sasl: SaslSession | undefined;
  private readonly socket: Socket;
  private readonly broker: Broker;
  private readonly abortController = new AbortController();
  private readonly frames: FrameReader;
  private readonly idle: IdleTimer;
  private isHandling = false;
  private isDraining = false;
  /** Set while the client is made to wait. */
  private throttleTimer: Timer | undefined;
  private isClosed = false;
  /** Why we have ended it, if so. */
  private closeReason: string | null = null;
  /** Why the authentication has failed: the connection ends after the next answer, which waits. */
  private lastAnswer: string | undefined;
  private lastAnswerTimer: Timer | undefined;

  constructor(private readonly options: ConnectionOptions) {
    const { id, socket, broker, listener, maxFrameBytes, frameBlocks } = options;
    this.id = id;
    this.socket = socket;
    this.broker = broker;
    this.listener = listener.name;
    this.clientHost = `/${socket.remoteAddress ?? 'unknown'}`;
    this.sasl = listener.newSasl();
    this.frames = new FrameReader(this.sasl ? Math.min(MAX_STRANGER_BYTES, maxFrameBytes) : maxFrameBytes, frameBlocks);
    this.idle = new IdleTimer(
      broker.settings.maxIdleMs,
      () => this.isHandling || this.throttleTimer !== undefined,
      () => this.end(`nothing came or went for ${broker.settings.maxIdleMs} ms (connections.max.idle.ms)`),
    );
    const { id: nodeId } = options.node;
    broker.events.emit({
      type: 'connectionOpened',
      nodeId,
      connectionId: id,
      listener: this.listener,
      clientHost: this.clientHost,
    });
    socket.setNoDelay(true);
    socket.on('data', chunk => this.receive(chunk));
    socket.on('drain', () => this.drained());
    socket.on('error', error => broker.logger.debug(`${this.name}: ${error.message}`));
    socket.on('close', () => this.closed());
  }

  get principal(): Principal {
    return this.sasl === undefined ? this.options.principal : this.sasl.principal;
  }

  get signal(): AbortSignal {
    return this.abortController.signal;
  }

  throttle(ms: number): void {
    if (this.isClosed) return;
    this.throttleTimer?.clear();
    this.throttleTimer = this.broker.clock.setTimeout(() => {
      this.throttleTimer = undefined;
      this.work();
    }, ms);
  }

  failAuthentication(reason: string): void {
    this.lastAnswer = reason;
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
    return this.isHandling || this.isDraining || this.throttleTimer !== undefined;
  }

  private receive(chunk: Buffer): void {
    if (this.isClosed) return;
    this.idle.used();
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
    if (this.sasl?.takesBareToken === true) {
      this.handleBareToken(this.sasl, frame);
      return;
    }
    const header = parseRequestHeader(frame, this.broker.apis);
    const handled = this.answerTo(header);
    // What is answered at once has read all that it wanted to.
    if (header.api.keepsNothing === true && !(handled instanceof Promise)) this.frames.release(frame);
    const { storage } = this.broker;
    const answer = storage === undefined ? handled : storage.directory.whenSafe(handled);
    if (answer instanceof Promise) {
      this.isHandling = true;
      answer.then(
        response => this.whenDue(() => this.settle(header, response)),
        (error: unknown) => this.fail(error),
      );
    } else if (this.lastAnswer !== undefined) {
      this.isHandling = true;
      this.whenDue(() => this.settle(header, answer));
    } else {
      this.send(header, answer);
    }
  }

  /** At once, unless the authentication has failed: then it goes by the machine's time, as the patience of clients does. */
  private whenDue(tell: () => void): void {
    const { failedAuthenticationDelayMs: delay } = this.broker.settings;
    if (this.lastAnswer === undefined || delay === 0 || this.isClosed) tell();
    else this.lastAnswerTimer = realClock.setTimeout(tell, delay);
  }

  private answerTo(header: ParsedHeader): unknown {
    const { api, version, clientId, body } = header;
    const refused = this.sasl?.admit(api.key, api.name);
    if (refused !== undefined) return this.refuse(header, refused);
    // Version 0 is what every client can read (KIP-511).
    if (body === undefined) return unsupportedVersion(header);
    const bodyBytes = body.remaining;
    const request = api.codec.request.read(body, version);
    const context: RequestContext = {
      version,
      clientId,
      bodyBytes,
      connection: this,
      node: this.options.node,
      broker: this.broker,
    };
    const { events } = this.broker;
    if (events.isHeard) {
      const { id: nodeId } = context.node;
      events.emit({ type: 'request', nodeId, connectionId: this.id, clientId, api: api.name, version });
    }
    return this.broker.faults.handle(api, request, context);
  }

  /** After a SaslHandshake of version 0, a frame is what a mechanism says, without any header. */
  private handleBareToken(sasl: SaslSession, frame: Buffer): void {
    this.isHandling = true;
    sasl.token(frame, undefined).then(
      ({ authBytes, failure }) => {
        if (failure !== undefined) {
          this.failAuthentication(failure);
          this.whenDue(() => this.fail(new CloseConnectionError(failure)));
          return;
        }
        this.isHandling = false;
        if (this.isClosed) return;
        const length = Buffer.alloc(4);
        length.writeInt32BE(authBytes.length);
        this.socket.write(Buffer.concat([length, authBytes]));
        this.trustIfProved();
        this.work();
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Answers with an error after which nothing else is answered. */
  private refuse({ api, version, body }: ParsedHeader, errorCode: number): unknown {
    const reason = `${api.name} came in the middle of the SASL authentication`;
    const refuse = refusals.get(api.name);
    if (refuse === undefined || body === undefined) throw new CloseConnectionError(reason);
    this.failAuthentication(reason);
    return refuse(api.codec.request.read(body, version), errorCode, version);
  }

  private trustIfProved(): void {
    if (this.sasl?.isProved === true) this.frames.maxFrameBytes = this.options.maxFrameBytes;
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
    this.idle.used();
    const mangled = response instanceof MangledAnswer ? response : undefined;
    const frame = responseFrame(api, body === undefined ? 0 : version, correlationId, mangled?.response ?? response);
    const parts = mangled?.mangle(frame) ?? frame;
    let canTakeMore = true;
    if (parts.length > 1) this.socket.cork();
    for (const part of parts) canTakeMore = this.socket.write(part);
    if (parts.length > 1) this.socket.uncork();
    if (!canTakeMore) this.isDraining = this.socket.writableNeedDrain;
    this.trustIfProved();
    if (mangled?.how === 'truncated') this.end(`a fault was injected for ${api.name}: its answer is cut short`);
    else if (this.lastAnswer !== undefined) this.end(this.lastAnswer);
  }

  /** Ends the connection when what was written has gone out. */
  private end(reason: string): void {
    this.closeReason = reason;
    this.broker.logger.warn(`${this.name} is closed: ${reason}`);
    this.socket.destroySoon();
    this.closed();
  }

  /** A client's nonsense is its own fault and ends its connection; anything else is ours and is told louder. */
  private fail(error: unknown): void {
    if (this.isClosed) return;
    this.closeReason = error instanceof Error ? error.message : String(error);
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
    this.throttleTimer?.clear();
    this.lastAnswerTimer?.clear();
    this.idle.clear();
    this.abortController.abort();
    const { node, onClose } = this.options;
    const { id: connectionId, closeReason: reason } = this;
    this.broker.events.emit({ type: 'connectionClosed', nodeId: node.id, connectionId, reason });
    onClose(this);
  }
}

function unsupportedVersion({ api }: ParsedHeader): unknown {
  const { key: apiKey, minVersion, maxVersion } = api;
  return { errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys: [{ apiKey, minVersion, maxVersion }] };
}
