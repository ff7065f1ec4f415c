import { RequestTimeoutError, type RequestTrace } from '../errors/request-timeout.error.js';
import type { WritePacket } from '@nestjs/microservices';

/** Gives a reply, or the error in its place, to whoever sent the request. */
export type ReplyCallback = (packet: WritePacket) => unknown;

interface Waiting {
  readonly request: RequestTrace;
  /** None for a request that may wait for ever. */
  readonly timer: NodeJS.Timeout | undefined;
  /** Of the request, or of its last reply but the final one; milliseconds of `performance.now()`: clocks are set. */
  since: number;
}

/**
 * The requests that wait for replies.
 *
 * Invariants: a request is in `callbacks` and in `waiting` from `add()` until `remove()`, and has a timer exactly as long
 * (unless it may wait for ever). Every way out — last reply, error, timeout, unsubscription, close — ends in `remove()`.
 * The map of callbacks belongs to Nest's `ClientProxy`, whose subclasses expect it there.
 */
export class PendingRequests {
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly callbacks: Map<string, unknown>,
    private readonly limit: number,
  ) {}

  get size(): number {
    return this.callbacks.size;
  }

  get isFull(): boolean {
    return this.callbacks.size >= this.limit;
  }

  /** Begins to wait; `timeout` in milliseconds, `0` for ever. */
  add(request: RequestTrace, callback: ReplyCallback, timeout: number): void {
    this.callbacks.set(request.correlationId, callback);
    const timer = timeout > 0 ? setTimeout(expire, timeout, this, request, timeout) : undefined;
    this.waiting.set(request.correlationId, { request, timer, since: performance.now() });
  }

  has(id: string): boolean {
    return this.callbacks.has(id);
  }

  /** Hands a reply to its request, if that still waits. More may follow unless it is the last one. */
  deliver(id: string, packet: WritePacket): void {
    const callback = this.callbacks.get(id) as ReplyCallback | undefined;
    if (callback === undefined) {
      return;
    }
    if (packet.isDisposed === true || Boolean(packet.err)) {
      this.remove(id);
    } else {
      const waiting = this.waiting.get(id);
      if (waiting !== undefined) {
        waiting.timer?.refresh();
        waiting.since = performance.now();
      }
    }
    callback(packet);
  }

  /** Ends one request with an error. */
  fail(id: string, err: unknown): void {
    this.deliver(id, { err, isDisposed: true });
  }

  remove(id: string): void {
    this.callbacks.delete(id);
    clearTimeout(this.waiting.get(id)?.timer);
    this.waiting.delete(id);
  }

  /** The request that has waited for its next reply for the longest. */
  oldest(): { request: RequestTrace; since: number } | undefined {
    let oldest: Waiting | undefined;
    for (const waiting of this.waiting.values()) {
      if (oldest === undefined || waiting.since < oldest.since) {
        oldest = waiting;
      }
    }
    return oldest;
  }

  /** Ends every request with an error. One whose callback throws does not keep the others waiting. */
  failAll(err: unknown, onCallbackError: (error: unknown) => void): void {
    // A snapshot: a callback may send anew, and that request is not of the connection that ends.
    const ids = [...this.callbacks.keys()];
    for (const id of ids) {
      try {
        this.fail(id, err);
      } catch (error) {
        onCallbackError(error);
      }
    }
  }
}

function expire(pending: PendingRequests, request: RequestTrace, timeout: number): void {
  pending.fail(request.correlationId, new RequestTimeoutError(request, timeout));
}
