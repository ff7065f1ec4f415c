import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as nest from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import * as entry from './index.js';

const root = fileURLToPath(new URL('.', import.meta.url));

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  path => path.endsWith('.ts') && !/\.(spec|test-d)\.ts$/.test(path),
);

describe('the package', () => {
  it("exports the names of the NestJS Kafka page, Nest's own where nothing differs", () => {
    expect(entry).toMatchObject({
      ServerKafka: expect.any(Function) as unknown,
      KafkaServer: entry.ServerKafka,
      ClientKafka: expect.any(Function) as unknown,
      ClientKafkaProxy: entry.ClientKafka,
      KafkaContext: expect.any(Function) as unknown,
      KafkaRetriableException: nest.KafkaRetriableException,
      KafkaHeaders: nest.KafkaHeaders,
      KafkaParser: nest.KafkaParser,
      KafkaLogger: nest.KafkaLogger,
      MessagePattern: nest.MessagePattern,
      EventPattern: nest.EventPattern,
      Payload: nest.Payload,
      Ctx: nest.Ctx,
      Client: nest.Client,
      Transport: nest.Transport,
      KafkaStatus: { CONNECTED: 'connected', CRASHED: 'crashed' },
    });
  });

  it('names no engine in its types, and loads its own only when it is needed', () => {
    // The command line is a program of its own, with an engine of its own; nothing of the transport imports it.
    const ofTransport = sources.filter(path => !path.startsWith('cli/'));
    const naming = ofTransport.filter(path =>
      /from '(kafkajs|kafkajs-platformatic|[./]+\/cli\/.*)'/.test(readFileSync(root + path, 'utf8')),
    );
    expect(ofTransport.length).toBeGreaterThan(30);
    expect(naming).toEqual([]);
  });

  it('has side effects in register.ts alone', () => {
    const calls = sources.filter(path => /^[a-z]\w*\(/m.test(readFileSync(root + path, 'utf8')));
    expect(calls).toEqual(['register.ts']);
  });
});
