import { KafkaRetriableException, type MessageHandler, Transport } from '@nestjs/microservices';
import { EMPTY, of, throwError } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { request, StubDriver } from '../../test/stub-driver.js';
import { ReplyNotPublishedError } from '../errors/reply-not-published.error.js';
import type { KafkaTransportOptions } from '../options/transport-options.js';
import type { KafkaContext } from './kafka-context.js';
import { ServerKafka } from './server-kafka.js';

let driver: StubDriver;
let logged: unknown[];

class TestServer extends ServerKafka {
  constructor(options: KafkaTransportOptions = {}) {
    super({ driver: driver.factory, ...options });
    for (const level of ['error', 'warn', 'log', 'debug'] as const) {
      this.logger[level] = (...text: unknown[]) => void logged.push(...text);
    }
  }

  handle(pattern: unknown, handler: (data: never, context: KafkaContext) => unknown, isEvent = false): this {
    this.addHandler(pattern, handler as MessageHandler, isEvent);
    return this;
  }
}

async function listening(server: TestServer): Promise<TestServer> {
  await new Promise<void>((resolve, reject) => {
    void server.listen(error => (error === undefined ? resolve() : reject(error as Error)));
  });
  return server;
}

const header = (index: number, name: string): string | undefined =>
  (driver.sent[index]?.messages[0]?.headers?.[name] as Buffer | undefined)?.toString();

beforeEach(() => {
  driver = new StubDriver();
  logged = [];
});

describe('listen()', () => {
  it('starts in the order of the built-in transport, subscribes once and passes on the run options', async () => {
    const byRegExp = /^hero\./;
    const server = new TestServer({ run: { autoCommit: false }, subscribe: { fromBeginning: true } });
    await listening(server.handle('a', () => 1).handle(byRegExp, () => 1));
    expect(driver.calls).toEqual([
      'consumer',
      'producer',
      'consumer.connect',
      'producer.connect',
      'consumer.subscribe',
      'consumer.run',
    ]);
    expect(driver.subscribed).toEqual({ fromBeginning: true, topics: ['a', byRegExp] });
    expect(driver.runOptions).toEqual({ autoCommit: false });
    expect(driver.config).toMatchObject({ clientId: 'nestjs-consumer-server', brokers: ['localhost:9092'] });
    expect(driver.consumerConfig).toEqual({ groupId: 'nestjs-group-server' });
  });

  it('without handlers does not subscribe, but runs', async () => {
    await listening(new TestServer());
    expect(driver.calls).not.toContain('consumer.subscribe');
    expect(driver.calls).toContain('consumer.run');
  });

  it('gives a failure to the callback and leaves no connection behind', async () => {
    driver.connectFailure = new Error('no broker');
    const server = new TestServer();
    await expect(listening(server)).rejects.toThrow('no broker');
    expect(driver.calls.slice(-2)).toEqual(['consumer.disconnect', 'producer.disconnect']);
    expect(() => server.unwrap()).toThrow('listen');
  });

  it("reports the engine's states on the status stream", async () => {
    const server = new TestServer();
    const states: string[] = [];
    server.status.subscribe(status => states.push(status));
    await listening(server);
    driver.emit('consumer.REBALANCING');
    driver.emit('consumer.CRASH');
    await server.close();
    expect(states).toEqual(['connected', 'rebalancing', 'crashed', 'stopped', 'disconnected']);
  });

  it('offers the engine by unwrap(), and no on()', async () => {
    const server = await listening(new TestServer());
    expect(server.unwrap<unknown[]>()).toHaveLength(3);
    expect(() => server.on()).toThrow('not supported for Kafka server');
    expect([server.transportId, server.propagatesEventHandlerErrors]).toEqual([Transport.KAFKA, true]);
  });
});

describe('a request', () => {
  it('is done when its reply is acknowledged', async () => {
    await listening(new TestServer().handle('topic', (data: { a: number }) => data.a + 1));
    await driver.deliver('topic', { a: 1 }, request);
    expect(driver.sent).toEqual([
      {
        topic: 'topic.reply',
        messages: [
          {
            value: '2',
            partition: 2,
            headers: { kafka_correlationId: Buffer.from('id-1'), 'kafka_nest-is-disposed': Buffer.alloc(1) },
          },
        ],
      },
    ]);
  });

  it('is delivered again when its reply is not acknowledged', async () => {
    await listening(new TestServer().handle('topic', () => 1));
    driver.sendFailures.push(new Error('no leader'));
    await expect(driver.deliver('topic', {}, request)).rejects.toThrow(ReplyNotPublishedError);
    await expect(driver.deliver('topic', {}, request)).resolves.toBeUndefined();
  });

  it('is answered with an error when its reply can never be published, and is done', async () => {
    await listening(new TestServer().handle('topic', () => 1));
    driver.sendFailures.push(Object.assign(new Error('too large'), { retriable: false }));
    await driver.deliver('topic', {}, request);
    expect(JSON.parse(header(1, 'kafka_nest-err') ?? '')).toEqual({
      status: 'error',
      message: 'The reply could not be published: too large',
    });
  });

  it('is done, with a line in the log, when even that is impossible', async () => {
    await listening(new TestServer().handle('topic', () => 1));
    const denied = Object.assign(new Error('topic authorization failed'), { retriable: false });
    driver.sendFailures.push(denied, denied);
    await driver.deliver('topic', {}, request);
    expect(logged).toEqual([denied, denied]);
  });

  it('is delivered again when KafkaJS gave up on a broker that may come back', async () => {
    await listening(new TestServer().handle('topic', () => 1));
    const cause = Object.assign(new Error('connection refused'), { retriable: true });
    driver.sendFailures.push(Object.assign(new Error('retries exceeded', { cause }), { retriable: false }));
    await expect(driver.deliver('topic', {}, request)).rejects.toThrow('retries exceeded');
  });

  it('without a handler is answered so', async () => {
    await listening(new TestServer().handle('other', () => 1));
    await driver.deliver('topic', {}, request);
    expect(header(0, 'kafka_nest-err')).toBe('There is no matching message handler defined in the remote service.');
  });

  it('is delivered again after a KafkaRetriableException, thrown or streamed', async () => {
    const again = new KafkaRetriableException('again');
    const server = new TestServer().handle('thrown', () => Promise.reject(again));
    await listening(server.handle('streamed', () => throwError(() => again)));
    await expect(driver.deliver('thrown', {}, request)).rejects.toBe(again);
    await expect(driver.deliver('streamed', {}, request)).rejects.toBe(again);
    expect(driver.sent).toEqual([]);
  });

  it.each([
    ['text', 'gone', 'gone'],
    ['an object', { code: 1 }, '{"code":1}'],
    ['a bare Error', new Error('gone'), '{"status":"error","message":"gone"}'],
    ['a number', 42, '42'],
    ['what JSON cannot hold', { big: 1n }, '{"status":"error","message":"The error could not be written as JSON."}'],
  ])('that fails with %s is answered with it', async (_name, thrown, text) => {
    await listening(new TestServer().handle('topic', () => Promise.reject(thrown)));
    await driver.deliver('topic', {}, request);
    expect(header(0, 'kafka_nest-err')).toBe(text);
  });

  it('goes out with the option send last', async () => {
    await listening(new TestServer({ send: { acks: -1, timeout: 5 } }).handle('topic', () => 1));
    await driver.deliver('topic', {}, request);
    expect(driver.sent[0]).toMatchObject({ acks: -1, timeout: 5 });
  });

  it('whose deadline has passed is dropped, unless that is turned off; an event never', async () => {
    const handled: string[] = [];
    const handle = (server: TestServer): TestServer =>
      server.handle('topic', () => handled.push('request')).handle('event', () => handled.push('event'), true);
    const late = { ...request, 'nest-kafka_deadline': '1000' };
    await listening(handle(new TestServer()));
    await driver.deliver('topic', {}, late);
    await driver.deliver('event', {}, late);
    expect(handled).toEqual(['event']);
    await listening(handle(new TestServer({ dropExpiredRequests: false })));
    await driver.deliver('topic', {}, late);
    expect(handled).toEqual(['event', 'request']);
  });

  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('is handled within its time, though the clock is put %s by an hour meanwhile', async (_name, jump) => {
    const handled: string[] = [];
    await listening(new TestServer().handle('topic', () => handled.push('request')));
    const now = Date.now.bind(Date);
    const inTime = { ...request, 'nest-kafka_deadline': String(now() + 30_000) };
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + jump);
    try {
      await driver.deliver('topic', {}, inTime);
      expect(handled).toEqual(['request']);
    } finally {
      clock.mockRestore();
    }
  });
});

describe('an event', () => {
  it.each([
    ['without a correlation id', {}],
    ['with a correlation id but no reply topic', { kafka_correlationId: 'id' }],
  ])('is a record %s', async (_name, headers) => {
    const handled: unknown[] = [];
    await listening(new TestServer().handle('topic', data => handled.push(data)));
    await driver.deliver('topic', { a: 1 }, headers);
    expect(handled).toEqual([{ a: 1 }]);
    expect(driver.sent).toEqual([]);
  });

  it('is delivered again, with the very error, when its handler or its stream fails', async () => {
    const error = { status: 'error', message: 'Internal server error' };
    const server = new TestServer().handle('thrown', () => Promise.reject(error), true);
    await listening(server.handle('streamed', () => throwError(() => error), true));
    await expect(driver.deliver('thrown', {})).rejects.toBe(error);
    await expect(driver.deliver('streamed', {})).rejects.toBe(error);
  });

  it('is done when its stream is empty', async () => {
    await listening(new TestServer().handle('topic', () => EMPTY, true));
    await expect(driver.deliver('topic', {})).resolves.toBeUndefined();
  });

  it('that is a tombstone has null for a payload', async () => {
    const handled: unknown[] = [];
    await listening(new TestServer().handle('topic', data => handled.push(data), true));
    await driver.deliver('topic', null);
    expect(handled).toEqual([null]);
  });

  it('without a handler is logged and done', async () => {
    await listening(new TestServer().handle('other', () => 1));
    await driver.deliver('topic', {});
    expect(logged).toEqual(['There is no matching event handler defined in the remote service. Event pattern: topic']);
  });

  it('that cannot be deserialized is delivered again', async () => {
    const deserializer = { deserialize: () => Promise.reject(new Error('registry is away')) };
    await listening(new TestServer({ deserializer }).handle('topic', () => 1, true));
    await expect(driver.deliver('topic', {})).rejects.toThrow('registry is away');
  });

  it('counts its deliveries in the context', async () => {
    const attempts: unknown[] = [];
    const handler = (_data: unknown, context: KafkaContext): void => {
      attempts.push([context.getMessage().offset, context.getAttempt()]);
      if (context.getAttempt() < 3) {
        throw new Error('again');
      }
    };
    await listening(new TestServer().handle('topic', handler, true));
    for (const offset of ['7', '7', '7', '8']) {
      await driver.deliver('topic', {}, {}, offset).catch(() => undefined);
    }
    expect(attempts).toEqual([
      ['7', 1],
      ['7', 2],
      ['7', 3],
      ['8', 1],
    ]);
  });
});

const exact = (): string => 'exact';
const first = (): string => 'first';
const second = (): string => 'second';

describe('a handler', () => {
  it('is found by its exact topic before any RegExp, and by the first RegExp that matches', () => {
    const server = new TestServer()
      .handle(/^hero\./g, first)
      .handle(/hero/, second)
      .handle('hero.kill', exact);
    expect(server.getHandlerByPattern('hero.kill')).toBe(exact);
    expect(server.getHandlerByPattern('hero.heal')).toBe(first);
    expect(server.getHandlerByPattern('hero.heal')).toBe(first);
    expect(server.getHandlerByPattern('anti.hero')).toBe(second);
    expect(server.getHandlerByPattern('dragon')).toBeNull();
  });

  it.each(['true', 'null', '1e3'])('whose topic is a JSON literal is found all the same: %s', topic => {
    expect(new TestServer().handle(topic, exact).getHandlerByPattern(topic)).toBe(exact);
  });

  it('for an object or a number is found by its route', () => {
    const handler = exact;
    const server = new TestServer().handle({ cmd: 'sum', area: 'math' }, handler).handle(42, handler);
    expect(server.getHandlerByPattern('{"cmd":"sum","area":"math"}')).toBe(handler);
    expect(server.getHandlerByPattern({ area: 'math', cmd: 'sum' } as never)).toBe(handler);
    expect(server.getHandlerByPattern('42')).toBe(handler);
  });
});

describe('the processing hooks', () => {
  const trace: string[] = [];

  async function hooked(handler: () => unknown, isEvent = false): Promise<void> {
    trace.length = 0;
    const server = new TestServer().handle('topic', handler as never, isEvent);
    server.setOnProcessingStartHook((_id, _context, done) => {
      trace.push('start');
      // Like a hook that runs `done` in an async context and forgets its promise.
      void done();
    });
    server.setOnProcessingEndHook(() => void trace.push('end'));
    await listening(server);
    await driver.deliver('topic', {}, isEvent ? {} : request);
    trace.push('done');
  }

  it.each<[string, () => unknown]>([
    ['a value', () => 1],
    ['a stream of several values', () => of(1, 2, 3)],
    ['an empty stream', () => EMPTY],
    ['a failing stream', () => throwError(() => 'no')],
    ['a rejection', () => Promise.reject('no')],
  ])('surround a request once whose handler gives %s, and hold its offset back', async (_name, handler) => {
    await hooked(handler);
    expect(trace).toEqual(['start', 'end', 'done']);
  });

  it.each<[string, () => unknown]>([
    ['a value', () => new Promise(resolve => setTimeout(resolve, 5))],
    ['a stream', () => of(1, 2)],
    ['an empty stream', () => EMPTY],
  ])('surround an event once whose handler gives %s', async (_name, handler) => {
    await hooked(handler, true);
    expect(trace).toEqual(['start', 'end', 'done']);
  });

  it('close once when an event fails, and the failure goes on', async () => {
    await expect(hooked(() => throwError(() => new Error('no')), true)).rejects.toThrow('no');
    expect(trace).toEqual(['start', 'end']);
  });

  it('do not surround a request that nobody handles', async () => {
    trace.length = 0;
    const server = new TestServer().handle('other', () => 1);
    server.setOnProcessingEndHook(() => void trace.push('end'));
    await listening(server);
    await driver.deliver('topic', {}, request);
    expect(trace).toEqual([]);
  });
});

describe('close()', () => {
  it('stops, disconnects the consumer, then the producer, and may be called twice', async () => {
    const server = await listening(new TestServer());
    driver.calls.length = 0;
    await Promise.all([server.close(), server.close()]);
    await server.close();
    expect(driver.calls).toEqual(['consumer.stop', 'consumer.disconnect', 'producer.disconnect']);
  });
});
