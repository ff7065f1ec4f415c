import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerProxy } from './broker-proxy.js';
import { FrameSplitter } from './frame-splitter.js';

const frame = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + text.length);
  bytes.writeInt32BE(text.length);
  bytes.write(text, 4);
  return bytes;
};

/** Collects what a socket hears, whole. */
class Ear {
  heard = Buffer.alloc(0);
  end: string | undefined;

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.heard = Buffer.concat([this.heard, chunk])));
    socket.on('error', error => (this.end = (error as NodeJS.ErrnoException).code));
    socket.on('close', () => (this.end ??= 'closed'));
  }

  async until(length: number): Promise<Buffer> {
    while (this.heard.length < length && this.end === undefined) {
      await wait(2);
    }
    return this.heard;
  }

  async untilEnd(): Promise<string> {
    while (this.end === undefined) {
      await wait(2);
    }
    return this.end;
  }
}

describe('The proxy in front of a broker', () => {
  let broker: Server;
  let proxy: BrokerProxy;
  const ears: Ear[] = [];

  beforeEach(async () => {
    broker = createServer(socket => {
      const frames = new FrameSplitter();
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => frames.push(chunk).forEach(whole => socket.write(whole)));
    });
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
    proxy = await BrokerProxy.listen(0, (broker.address() as { port: number }).port);
  });

  afterEach(async () => {
    ears.splice(0).forEach(({ socket }) => socket.destroy());
    await proxy.close();
    broker.close();
    await once(broker, 'close');
  });

  const knock = (): Ear => {
    const ear = new Ear(connect(proxy.port, '127.0.0.1'));
    ears.push(ear);
    return ear;
  };
  const join = async (): Promise<Ear> => {
    const ear = knock();
    await once(ear.socket, 'connect');
    return ear;
  };

  it('passes on what either side says', async () => {
    const client = await join();
    client.socket.write(frame('hello'));
    expect(await client.until(9)).toEqual(frame('hello'));
    expect(proxy.damage).toBe(0);
  });

  it('is slow in both directions, and keeps their order', async () => {
    proxy.set({ kind: 'slow', milliseconds: 60 });
    const client = await join();
    const started = performance.now();
    client.socket.write(frame('one'));
    await wait(5);
    client.socket.write(frame('two'));
    expect(await client.until(14)).toEqual(Buffer.concat([frame('one'), frame('two')]));
    expect(performance.now() - started).toBeGreaterThan(115);
  });

  it('cuts connections, and new ones too, until it is healed', async () => {
    const client = await join();
    proxy.set({ kind: 'cut' });
    expect(await client.untilEnd()).toBe('ECONNRESET');
    const late = knock();
    late.socket.write(frame('hello'));
    expect(['ECONNRESET', 'EPIPE', 'closed']).toContain(await late.untilEnd());
    expect(late.heard.length).toBe(0);
    proxy.heal();
    const later = await join();
    later.socket.write(frame('hello'));
    expect(await later.until(9)).toEqual(frame('hello'));
    expect(proxy.damage).toBe(2);
  });

  it('leaves half-open what it cuts off: nothing ends, nothing is heard, not even after it is healed', async () => {
    const client = await join();
    client.socket.write(frame('before'));
    await client.until(10);
    proxy.set({ kind: 'half-open' });
    client.socket.write(frame('lost'));
    await wait(20);
    proxy.heal();
    client.socket.write(frame('lost, too'));
    const fresh = await join();
    fresh.socket.write(frame('hello'));
    expect(await fresh.until(9)).toEqual(frame('hello'));
    expect(client).toMatchObject({ heard: frame('before'), end: undefined });
  });

  it('stalls, and passes everything on when it is healed', async () => {
    const client = await join();
    proxy.set({ kind: 'stalled' });
    client.socket.write(frame('one'));
    client.socket.write(frame('two'));
    await wait(20);
    expect(client.heard.length).toBe(0);
    proxy.heal();
    expect(await client.until(14)).toEqual(Buffer.concat([frame('one'), frame('two')]));
  });

  it('truncates an answer and ends its connection', async () => {
    proxy.set({ kind: 'truncated', oneIn: 1 });
    const client = await join();
    client.socket.write(frame('0123456789'));
    expect(await client.untilEnd()).toBe('closed');
    expect(client.heard).toEqual(frame('0123456789').subarray(0, 7));
    expect(proxy.damage).toBe(1);
  });

  it('answers with garbage instead', async () => {
    proxy.set({ kind: 'garbage', oneIn: 1 });
    const client = await join();
    const sent = frame('a'.repeat(100));
    client.socket.write(sent);
    const heard = await client.until(sent.length);
    expect(heard.length).toBe(sent.length);
    expect(heard.equals(sent)).toBe(false);
  });
});
