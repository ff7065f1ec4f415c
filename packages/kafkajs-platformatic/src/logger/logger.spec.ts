import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger, logLevel, type LogEntry } from './logger.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function recorder(level?: logLevel): { entries: LogEntry[]; logger: ReturnType<typeof createLogger> } {
  const entries: LogEntry[] = [];
  return { entries, logger: createLogger({ level, logCreator: () => entry => void entries.push(entry) }) };
}

describe('The logger', () => {
  it('passes on entries up to its level, with namespace, label and extra fields', () => {
    const { entries, logger } = recorder(logLevel.WARN);
    const producer = logger.namespace('Producer');
    producer.info('unheard');
    producer.warn('heard', { topic: 'orders' });
    expect(entries).toEqual([
      {
        namespace: 'Producer',
        level: logLevel.WARN,
        label: 'WARN',
        log: { timestamp: expect.any(String), logger: 'kafkajs', message: 'heard', topic: 'orders' },
      },
    ]);
  });

  it('changes the level of all namespaces, but not of one with its own', () => {
    const { entries, logger } = recorder(logLevel.ERROR);
    const follows = logger.namespace('A');
    const own = logger.namespace('B', logLevel.ERROR);
    logger.setLogLevel(logLevel.DEBUG);
    follows.debug('1');
    own.debug('2');
    expect(entries.map(({ namespace }) => namespace)).toEqual(['A']);
  });

  it('obeys KAFKAJS_LOG_LEVEL before the option', () => {
    vi.stubEnv('KAFKAJS_LOG_LEVEL', 'nothing');
    const { entries, logger } = recorder(logLevel.DEBUG);
    logger.error('unheard');
    expect(entries).toEqual([]);
  });

  it('writes one line of JSON to the console by default', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    createLogger().namespace('Consumer').error('broken', { groupId: 'g' });
    expect(JSON.parse(error.mock.calls[0]?.[0] as string)).toMatchObject({
      level: 'ERROR',
      logger: 'kafkajs',
      message: '[Consumer] broken',
      groupId: 'g',
    });
  });
});
