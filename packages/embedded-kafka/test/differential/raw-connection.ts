import { connect, type Socket } from 'node:net';

/** What came of waiting for a frame: the frame, the end of the connection, or nothing in time. */
export type Received = Buffer | 'closed' | 'silent';

/** A TCP connection that speaks in length-prefixed frames and notices when it is closed. No Kafka client is involved. */
export class RawConnection {
  private buffered: Buffer = Buffer.alloc(0);
  private readonly frames: Buffer[] = [];
  private isClosed = false;
  private wake: (() => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', chunk => this.take(chunk));
    socket.on('error', () => this.close());
    socket.on('end', () => this.close());
    socket.on('close', () => this.close());
  }

  static open(host: string, port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** Bytes as they are, with no length before them. */
  write(bytes: Buffer): void {
    if (!this.isClosed) this.socket.write(bytes);
  }

  /** The next frame without its length. What arrived before the connection was closed is still handed out. */
  async receive(timeoutMs: number): Promise<Received> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const frame = this.frames.shift();
      if (frame) return frame;
      if (this.isClosed) return 'closed';
      const left = deadline - performance.now();
      if (left <= 0) return 'silent';
      await this.somethingHappens(left);
    }
  }

  end(): void {
    this.socket.destroy();
  }

  private somethingHappens(withinMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private take(chunk: Buffer): void {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    while (this.buffered.length >= 4) {
      const end = 4 + this.buffered.readInt32BE(0);
      if (this.buffered.length < end) break;
      this.frames.push(this.buffered.subarray(4, end));
      this.buffered = this.buffered.subarray(end);
    }
    this.wake?.();
  }

  private close(): void {
    this.isClosed = true;
    this.wake?.();
  }
}
