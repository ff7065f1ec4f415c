import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidKafkaClientTopicException } from '@nestjs/microservices/errors/invalid-kafka-client-topic.exception.js';
import { describe, expect, it } from 'vitest';
import * as errors from './index.js';

const docs = readFileSync(
  fileURLToPath(new URL('../../../../docs/reference/errors-nest-kafka.md', import.meta.url)),
  'utf8',
);

const request = { topic: 'sum', replyTopic: 'sum.reply', replyPartition: '2', correlationId: 'id' };

const examples = [
  new errors.InvalidOptionsError('ServerKafka', ['"x" is not an option']),
  new errors.RequestTimeoutError(request, 100),
  new errors.TooManyRequestsError('sum', 1),
  new errors.ConnectionClosedError('hero-client'),
  new errors.NotConnectedError('producer', '"connect"'),
  new errors.NoReplyPartitionError('sum.reply', 'Because.'),
  new errors.ReplyNotPublishedError('sum', 'sum.reply', new Error('no leader')),
  new errors.ReplyNotSerializableError('sum.reply', new TypeError('circular')),
  new errors.NotSupportedError('client'),
];

function byCode(a: { code?: string | undefined }, b: { code?: string | undefined }): number {
  return (a.code ?? '').localeCompare(b.code ?? '');
}

describe('the error catalogue', () => {
  it('has an error for each code, and no code twice', () => {
    expect(examples.map(({ code }) => code).sort()).toEqual([...errors.errorCodes].sort());
  });

  it('is documented, class and retriability included', () => {
    const documented = [...docs.matchAll(/^## (\S+)\n\n`(\w+)`, (not )?retriable/gm)].map(([, code, name, not]) => ({
      code,
      name,
      retriable: not === undefined,
    }));
    const catalogue = examples.map(({ code, name, retriable }) => ({ code, name, retriable }));
    expect(documented.sort(byCode)).toEqual(catalogue.sort(byCode));
  });

  it.each(examples.map(error => [error.name, error] as const))(
    '%s is recognised without its class, and says more than one word',
    (name, error) => {
      expect(errors.NestKafkaError.is(error)).toBe(true);
      expect(error).toBeInstanceOf(Error);
      expect(error.name).toBe(name);
      expect(error.message.split(' ').length).toBeGreaterThan(8);
    },
  );

  it('recognises no other errors', () => {
    for (const other of [new Error('x'), null, undefined, 'x', {}]) {
      expect(errors.NestKafkaError.is(other)).toBe(false);
    }
  });

  it("keeps Nest's class for a client without a reply partition", () => {
    expect(new errors.NoReplyPartitionError('sum.reply', 'Because.')).toBeInstanceOf(InvalidKafkaClientTopicException);
  });
});
