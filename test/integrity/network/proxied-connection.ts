import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Flaw, NO_FLAW } from './flaw.js';
import { FrameSplitter } from './frame-splitter.js';

/** Beyond this much under way in one direction the sender has to wait, as it would on a real line. */
const LARGEST_BACKLOG = 4 * 1024 * 1024;

export interface ProxiedConnectionContext {
  readonly random: () => number;
  readonly damaged: () => void;
  readonly ended: () => void;
}

/**
 * One connection of a client through the proxy: two sockets and what is under way between them.
 *
 *   passing --half-open--> dead (nothing passes any more, nothing ends) --reset--> ended
 *   passing --cut | an end of either side--> ended
 *
 * Invariants: chunks of one direction leave in the order in which they came; a dead connection is never alive again.
 */
export class ProxiedConnection {
  private readonly broker: Socket;
  private readonly answers = new FrameSplitter();
  private flaw: Flaw = NO_FLAW;
  private isDead = false;
  private hasEnded = false;
  private resumed: (() => void)[] = [];

  constructor(
    private readonly client: Socket,
    port: number,
    private readonly context: ProxiedConnectionContext,
  ) {
    this.broker = connect({ port, host: '127.0.0.1' });
    this.forward(this.client, this.broker, chunk => [chunk]);
    this.forward(this.broker, this.client, chunk => this.answered(chunk));
  }

  apply(flaw: Flaw): void {
    this.flaw = flaw;
    if (flaw.kind === 'cut') {
      this.context.damaged();
      this.reset();
    } else if (flaw.kind === 'half-open') {
      this.context.damaged();
      this.isDead = true;
      // What the one side sends is swallowed; the broker learns that its client is gone, the client learns nothing.
      this.broker.destroy();
    }
    if (flaw.kind !== 'stalled') {
      this.resume();
    }
  }

  reset(): void {
    if (!this.hasEnded) {
      this.client.resetAndDestroy();
      this.broker.destroy();
      this.leave();
    }
  }

  private leave(): void {
    this.hasEnded = true;
    this.resume();
    this.context.ended();
  }

  private resume(): void {
    const { resumed } = this;
    this.resumed = [];
    resumed.forEach(resume => resume());
  }

  private forward(from: Socket, to: Socket, through: (chunk: Buffer) => Buffer[]): void {
    let backlog = 0;
    let last: Promise<void> = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      backlog += chunk.length;
      if (backlog > LARGEST_BACKLOG) {
        from.pause();
      }
      const due = Date.now() + (this.flaw.kind === 'slow' ? this.flaw.milliseconds : 0);
      last = last.then(async () => {
        await this.untilItMayPass(due);
        backlog -= chunk.length;
        from.resume();
        if (this.isDead || this.hasEnded) {
          return;
        }
        for (const part of through(chunk)) {
          to.write(part);
        }
      });
    });
    // An error is followed by the socket's close.
    from.on('error', () => {});
    from.on('close', () => {
      void last.then(() => {
        if (!this.isDead || from === this.client) {
          this.reset();
        }
      });
    });
  }

  private async untilItMayPass(due: number): Promise<void> {
    const late = due - Date.now();
    if (late > 0) {
      await wait(late);
    }
    while (this.flaw.kind === 'stalled' && !this.hasEnded) {
      await new Promise<void>(resolve => this.resumed.push(resolve));
    }
  }

  /** What the client gets of what the broker has answered, whole frames always. */
  private answered(chunk: Buffer): Buffer[] {
    const frames = this.answers.push(chunk);
    const { flaw } = this;
    if (flaw.kind !== 'garbage' && flaw.kind !== 'truncated') {
      return frames;
    }
    const passed: Buffer[] = [];
    for (const frame of frames) {
      if (this.context.random() * flaw.oneIn >= 1) {
        passed.push(frame);
        continue;
      }
      this.context.damaged();
      if (flaw.kind === 'truncated') {
        this.endWith(Buffer.concat([...passed, frame.subarray(0, Math.ceil(frame.length / 2))]));
        return [];
      }
      passed.push(this.spoilt(frame));
    }
    return passed;
  }

  /** In an orderly way: the client gets these bytes before it learns of the end. */
  private endWith(bytes: Buffer): void {
    this.client.end(bytes);
    this.broker.destroy();
    this.leave();
  }

  /** By chance the length is spoilt, or what comes after it, the number of the request included. */
  private spoilt(frame: Buffer): Buffer {
    const garbage = Buffer.from(frame);
    const from = this.context.random() < 0.5 ? 0 : 4;
    for (let i = from; i < garbage.length; i++) {
      garbage[i] = Math.floor(this.context.random() * 256);
    }
    return garbage;
  }
}
