import { describe, expect, it } from 'vitest';
import { ClientKafka } from '../client/client-kafka.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { ServerKafka } from '../server/server-kafka.js';
import type { KafkaTransportOptions } from './transport-options.js';
import { validateOptions } from './validate-options.js';

function faultsOf(options: Record<string, unknown>): readonly string[] {
  try {
    validateOptions('ServerKafka', options as KafkaTransportOptions);
    return [];
  } catch (error) {
    if (error instanceof InvalidOptionsError) {
      return error.faults;
    }
    throw error;
  }
}

describe('options', () => {
  it('that the NestJS Kafka page shows are accepted', () => {
    expect(
      faultsOf({
        client: { clientId: 'hero', brokers: ['localhost:9092'], retry: { retries: 4 }, ssl: true },
        consumer: { groupId: 'hero-consumer' },
        run: { autoCommit: false },
        subscribe: { fromBeginning: true },
        producer: { allowAutoTopicCreation: true },
        send: { acks: -1 },
        producerOnlyMode: false,
        postfixId: '',
        parser: { keepBinary: true },
      }),
    ).toEqual([]);
  });

  it('are refused all at once, each with its nearest known name', () => {
    const faults = faultsOf({
      clients: {},
      requestTimout: 3,
      reply: { route: 'direct', routing: 'sideways' },
      parser: { keepbinary: true },
      client: { broker: [], brokers: ['localhost'] },
      gracePeriod: -1,
    });
    expect(faults).toEqual([
      '"clients" is not an option; did you mean "client"?',
      '"requestTimout" is not an option; did you mean "requestTimeout"?',
      '"parser.keepbinary" is not an option; "parser" has only "keepBinary"',
      '"reply.route" is not an option; "reply" has only "routing"',
      '"client.broker" is not an option; did you mean "client.brokers"?',
      `"gracePeriod" must be a whole number of milliseconds from 0 to ${2 ** 31 - 1}; it is -1`,
      `"reply.routing" must be 'direct' or 'group'; it is "sideways"`,
      `"client.brokers" holds "localhost", which is not of the form 'host:port'`,
    ]);
  });

  it('that belong elsewhere are sent there', () => {
    expect(faultsOf({ brokers: ['localhost:9092'] })).toEqual(['"brokers" is not an option; it belongs in "client"']);
    expect(faultsOf({ groupId: 'g' })).toEqual(['"groupId" is not an option; it belongs in "consumer"']);
  });

  it('that contradict the transport or each other are refused', () => {
    expect(
      faultsOf({
        run: { eachMessage: () => undefined },
        subscribe: { topics: ['a'] },
        send: { topic: 'a', acks: 1 },
        producer: { idempotent: true },
      }),
    ).toEqual([
      expect.stringContaining('"run.eachMessage" is the transport\'s own'),
      expect.stringContaining('"subscribe.topics" is the transport\'s own'),
      expect.stringContaining('"send.topic" is the transport\'s own'),
      expect.stringContaining('"producer.idempotent" needs "send.acks" of -1'),
    ]);
  });

  it('of an engine that this package does not know are passed on to it', () => {
    expect(faultsOf({ consumer: { groupProtocol: 'consumer' }, producer: { compressionLevel: 3 } })).toEqual([]);
  });

  it('name the class that refused them', () => {
    class HeroClient extends ClientKafka {}
    expect(() => new HeroClient({ nonsense: 1 } as KafkaTransportOptions)).toThrow(
      'HeroClient cannot start with these options. Correct this:\n  - "nonsense" is not an option',
    );
  });
});

describe('client and group ids', () => {
  class Revealing extends ServerKafka {
    get ids(): unknown {
      return [this.clientId, this.groupId, this.brokers];
    }
  }
  class RevealingClient extends ClientKafka {
    get ids(): unknown {
      return [this.clientId, this.groupId, this.brokers];
    }
  }

  it("have the built-in transport's defaults and suffixes", () => {
    expect(new Revealing({}).ids).toEqual(['nestjs-consumer-server', 'nestjs-group-server', ['localhost:9092']]);
    expect(new RevealingClient({}).ids).toEqual(['nestjs-consumer-client', 'nestjs-group-client', ['localhost:9092']]);
  });

  it('take another suffix, or none', () => {
    const options = { client: { clientId: 'hero', brokers: ['h:1'] }, consumer: { groupId: 'heroes' } };
    expect(new Revealing({ ...options, postfixId: '-x' }).ids).toEqual(['hero-x', 'heroes-x', ['h:1']]);
    expect(new RevealingClient({ ...options, postfixId: '' }).ids).toEqual(['hero', 'heroes', ['h:1']]);
  });
});
