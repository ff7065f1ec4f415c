import { describe, expect, it } from 'vitest';
import { quickConfig } from '../../test/support/clients.js';
import { ScriptedBroker } from '../../test/support/scripted-broker.js';
import { Writer } from '@platformatic/kafka';
import { Cluster } from '../cluster/cluster.js';
import { createLogger, type LogEntry } from '../logger/logger.js';
import { createProtocolError } from './protocol-errors.js';
import { printable } from './printable.js';

const FORGED = 'no\n{"level":"INFO","message":"all is well"}\u001b[2J\u202e';

describe('Text of others', () => {
  it('is one line without control characters, and of bounded length', () => {
    expect(printable(FORGED)).toBe(String.raw`no\n{"level":"INFO","message":"all is well"}\u{1b}[2J\u{202e}`);
    expect(printable('x'.repeat(10_000))).toBe(`${'x'.repeat(500)}... (10000 characters)`);
    expect(printable('größer 👍')).toBe('größer 👍');
  });

  it('is so in the error for a code', () => {
    const { message } = createProtocolError(42, 'Topic "t"', FORGED + 'x'.repeat(100_000));
    expect(message).toContain(String.raw`no\n{"level"`);
    expect(message.length).toBeLessThan(1_000);
  });

  it('is so in what a broker says when it refuses credentials', async () => {
    const broker = await ScriptedBroker.start(
      new Map([
        [17, { version: 1, answer: () => Writer.create().appendInt16(0).appendInt32(0) }],
        [
          36,
          {
            version: 0,
            answer: () =>
              Writer.create()
                .appendInt16(58)
                .appendString(FORGED + 'x'.repeat(20_000), false)
                .appendBytes(Buffer.alloc(0), false),
          },
        ],
      ]),
    );
    const sasl = { mechanism: 'plain', username: 'u', password: 'p' } as const;
    const cluster = new Cluster(quickConfig(broker.brokers, { sasl }));
    const error = await cluster.connect().then(
      () => new Error('let in'),
      (reason: Error) => reason,
    );
    await cluster.disconnect();
    await broker.stop();
    expect(error.message).toContain(String.raw`failed: no\n{"level"`);
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(1_000);
  });

  it('is so in every line of the log', () => {
    const entries: LogEntry[] = [];
    const logger = createLogger({ logCreator: () => entry => void entries.push(entry) });
    logger.namespace('Test').error(FORGED + 'x'.repeat(100_000));
    expect(entries[0]?.log.message).not.toMatch(/\p{Cc}/u);
    expect(entries[0]?.log.message.length).toBeLessThan(5_000);
  });
});
