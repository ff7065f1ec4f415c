import { readFileSync } from 'node:fs';
import * as kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import * as ours from '../index.js';
import { ERROR_CATALOGUE } from './error-catalogue.js';
import { createProtocolError } from './protocol-errors.js';

const DOCUMENT = new URL('../../../../docs/reference/errors-kafkajs-platformatic.md', import.meta.url);

function errorClasses(module: object): string[] {
  return Object.keys(module).filter(name => name.startsWith('KafkaJS'));
}

describe('The error catalogue', () => {
  it('has every exported error class, and nothing else', () => {
    expect(ERROR_CATALOGUE.map(({ name }) => name).toSorted()).toEqual(errorClasses(ours).toSorted());
  });

  it('is what the reference page says', () => {
    const rows = readFileSync(DOCUMENT, 'utf8')
      .split('\n')
      .filter(line => line.startsWith('| `KafkaJS'))
      .map(line => line.split('|').map(cell => cell.trim()));
    expect(rows.map(([, name, retriable, meaning, nextStep]) => ({ name, retriable, meaning, nextStep }))).toEqual(
      ERROR_CATALOGUE.map(({ name, ...rest }) => ({ name: `\`${name}\``, ...rest })),
    );
  });

  it('leaves out no class of KafkaJS', () => {
    expect(errorClasses(ours)).toEqual(expect.arrayContaining(errorClasses(kafkajs)));
  });
});

describe('Error classes', () => {
  it("carry KafkaJS's name, retriability and place in the hierarchy", () => {
    const cause = new Error('below');
    const make = {
      KafkaJSError: [new ours.KafkaJSError('m'), new kafkajs.KafkaJSError('m')],
      KafkaJSNonRetriableError: [new ours.KafkaJSNonRetriableError('m'), new kafkajs.KafkaJSNonRetriableError('m')],
      KafkaJSNumberOfRetriesExceeded: [
        new ours.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 2, retryTime: 3 }),
        new kafkajs.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 2, retryTime: 3 }),
      ],
      KafkaJSConnectionError: [
        new ours.KafkaJSConnectionError('m', { broker: 'a:1', code: 'X' }),
        new kafkajs.KafkaJSConnectionError('m', { broker: 'a:1', code: 'X' }),
      ],
      KafkaJSSASLAuthenticationError: [
        new ours.KafkaJSSASLAuthenticationError('m'),
        Reflect.construct(kafkajs.KafkaJSSASLAuthenticationError, ['m']) as Error,
      ],
      KafkaJSTimeout: [new ours.KafkaJSTimeout('m'), Reflect.construct(kafkajs.KafkaJSTimeout, ['m']) as Error],
    };
    for (const [name, [own, theirs]] of Object.entries(make)) {
      expect(own).toBeInstanceOf(ours.KafkaJSError);
      expect(own).toMatchObject({ name });
      for (const field of ['name', 'message', 'retriable', 'broker', 'code', 'retryCount', 'retryTime', 'cause']) {
        expect([field, Reflect.get(own as Error, field)]).toEqual([field, Reflect.get(theirs as Error, field)]);
      }
    }
  });

  it('name protocol errors as KafkaJS does, and know codes that KafkaJS does not', () => {
    expect(createProtocolError(6)).toMatchObject({ type: 'NOT_LEADER_FOR_PARTITION', retriable: true });
    expect(createProtocolError(16)).toMatchObject({ type: 'NOT_COORDINATOR_FOR_GROUP' });
    expect(createProtocolError(110)).toMatchObject({ type: 'FENCED_MEMBER_EPOCH' });
    expect(createProtocolError(9999)).toMatchObject({
      type: 'KAFKAJS_UNKNOWN_ERROR_CODE',
      code: 9999,
      retriable: false,
    });
    expect(ours.isRebalancing(createProtocolError(27))).toBe(true);
    expect(ours.isRebalancing(createProtocolError(3))).toBe(false);
    expect(ours.isKafkaJSError(createProtocolError(3))).toBe(true);
    expect(ours.isKafkaJSError(new Error('other'))).toBe(false);
  });
});
