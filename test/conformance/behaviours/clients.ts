import { take } from 'rxjs';
import { expect } from 'vitest';
import { type SceneBehaviour, sharing } from '../frame/behaviour.js';
import { answerOf, answersOf } from '../frame/stage.js';
import { type Exchange, openExchange, rejection } from './exchange.js';

/** The parts of a client that the page names beyond `ClientProxy`. */
interface Kafkaesque {
  readonly producer: { send(record: object): Promise<unknown> };
  readonly consumer: { commitOffsets(offsets: object[]): Promise<void> };
  getConsumerAssignments(): Record<string, number>;
  commitOffsets(offsets: object[]): Promise<void>;
  on(event: string, listener: () => void): unknown;
}

const kafkaesque = (client: unknown): Kafkaesque => client as Kafkaesque;

const behaviours: SceneBehaviour<Exchange>[] = [
  {
    says: 'an observable of a request sends it anew for each subscriber',
    source: 'Nest client-proxy.spec (send is cold)',
    async prove({ client, echoed }) {
      const request = client.send<unknown>(echoed, { dragonId: 7 });
      expect(await answerOf(request)).toEqual({ got: { dragonId: 7 } });
      expect(await answerOf(request)).toEqual({ got: { dragonId: 7 } });
    },
  },
  {
    says: 'whoever has heard enough of a stream may leave, and the client goes on',
    source: 'Nest client-kafka.spec "unsubscribe"',
    async prove({ answerOfMany, echo }) {
      expect(await answersOf(answerOfMany(10).pipe(take(2)))).toEqual([{ item: 0 }, { item: 1 }]);
      expect(await echo({ still: 'here' })).toEqual({ still: 'here' });
    },
  },
  {
    says: 'connect() gives the same producer again',
    source: 'Nest client-kafka.spec connect; Nest 12.1.1, behaviour 3',
    async prove({ client }) {
      const producer: unknown = await client.connect();
      expect(producer).toHaveProperty('send');
      expect(await client.connect()).toBe(producer);
      expect(kafkaesque(client).producer).toBe(producer);
    },
  },
  {
    says: 'a client tells at which partition it awaits the replies of each topic',
    source: 'Nest client-kafka.spec getConsumerAssignments',
    async prove({ client, echoed }) {
      expect(kafkaesque(client).getConsumerAssignments()[`${echoed}.reply`]).toBe(0);
    },
  },
  {
    says: 'the producer of a client produces whatever it is given',
    source: 'page: Underlying producer and consumer',
    async prove({ client, next, events }) {
      const messages = [{ key: 'raw', value: 'past Nest' }];
      const received = await next(() => kafkaesque(client).producer.send({ topic: events, messages }));
      expect(received).toMatchObject({ payload: 'past Nest', message: { key: 'raw' } });
    },
  },
  {
    says: 'an emit resolves to where its record was written',
    source: 'Nest client-kafka.spec dispatchEvent; KafkaJS producing (RecordMetadata)',
    async prove({ client, events, next }) {
      let written: unknown;
      await next(async () => {
        written = await answerOf(client.emit(events, { value: 'v', partition: 1 }));
      });
      expect(written).toMatchObject([{ topicName: events, partition: 1, errorCode: 0 }]);
    },
  },
  {
    says: 'a batch without events is done at once',
    source: 'Nest client-kafka.spec emitBatch',
    async prove({ client, events, echo }) {
      await answersOf(client.emitBatch(events, { messages: [] }));
      expect(await echo({ still: 'here' })).toEqual({ still: 'here' });
    },
  },
  {
    says: 'a batch of nothing, or for nobody, is refused at once',
    source: 'Nest client-kafka.spec emitBatch "nil pattern/data"',
    async prove({ client, events }) {
      const errors = [
        await rejection(answerOf(client.emitBatch(events, undefined as never))),
        await rejection(answerOf(client.emitBatch(undefined, { messages: [] }))),
      ];
      expect(errors.map(error => error?.constructor.name)).toEqual([
        'InvalidMessageException',
        'InvalidMessageException',
      ]);
    },
  },
  {
    says: 'on() of a client is refused: status is the way to observe it',
    source: 'Nest 12.1.1, behaviour 16',
    async prove({ client }) {
      await Promise.resolve();
      expect(() => kafkaesque(client).on('event', () => {})).toThrow(/not supported/i);
    },
  },
  {
    says: 'unwrap() of a client gives the engine',
    source: 'Nest 12.1.1, behaviour 16',
    async prove({ client }) {
      await Promise.resolve();
      const engine = client.unwrap<{ producer(): unknown; consumer: unknown; admin: unknown }>();
      expect([typeof engine.producer, typeof engine.consumer, typeof engine.admin]).toEqual(Array(3).fill('function'));
    },
  },
  {
    says: 'before connect() a client has neither producer nor consumer',
    source: 'Nest 12.1.1, behaviour 16',
    async prove(_exchange, stage) {
      await Promise.resolve();
      const client = kafkaesque(stage.newClient());
      expect(() => client.producer).toThrow('No producer initialized. Please, call the "connect" method first.');
      expect(() => client.consumer).toThrow('No consumer initialized. Please, call the "connect" method first.');
    },
  },
  {
    says: 'an event connects the client that emits it',
    source: 'Nest microservices: Client (lazy connection)',
    async prove({ events, next }, stage) {
      const client = stage.newClient({ producerOnlyMode: true });
      const received = await next(() => answerOf(client.emit(events, { lazily: true })));
      expect(received.payload).toEqual({ lazily: true });
    },
  },
  {
    says: 'a client may be closed before it was connected, and twice',
    source: 'Nest client-kafka.spec close',
    async prove(_exchange, stage) {
      const client = stage.newClient({ producerOnlyMode: true });
      await client.close();
      await client.connect();
      await client.close();
      await client.close();
      expect(() => kafkaesque(client).producer).toThrow('"connect"');
    },
  },
];

export const clients = sharing('clients', openExchange, behaviours);
