import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** As much of a socket as a connection of the broker uses: what is emitted as `data` is received, what is written is counted. */
export class SocketStub extends EventEmitter {
  readonly remoteAddress = '127.0.0.1';
  readonly writableNeedDrain = false;
  destroyed = false;
  /** Calls of `write`; an answer has one or more. */
  writes = 0;
  private paused = false;

  /** What stands in for a socket; a method of it that is missing here fails loudly. */
  asSocket(): Socket {
    return this as unknown as Socket;
  }

  receive(chunk: Buffer): void {
    this.emit('data', chunk);
  }

  write(): boolean {
    this.writes++;
    return true;
  }

  cork(): void {
    // Nothing is sent.
  }

  uncork(): void {
    // Nothing is sent.
  }

  setNoDelay(): void {
    // Nothing is sent.
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  isPaused(): boolean {
    return this.paused;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }

  destroySoon(): void {
    this.destroy();
  }
}
