import { alterClientQuotasCodec } from '../../../src/protocol/generated/alter-client-quotas.js';
import { describeClientQuotasCodec } from '../../../src/protocol/generated/describe-client-quotas.js';
import { conversationsAbout } from '../conversation.js';
import type { Talk } from '../talk.js';

/** So much that nobody on a shared ground is ever throttled. */
const PLENTY = 1e15;
const EXACT = 0;
const DEFAULT = 1;
const SPECIFIED = 2;

type Entity = Readonly<Record<string, string | null>>;
type Op = readonly [key: string, value: number | null];

const entityOf = (entity: Entity) =>
  Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName }));

const entryOf = (entity: Entity, ...ops: Op[]) => ({
  entity: entityOf(entity),
  ops: ops.map(([key, value]) => ({ key, value: value ?? 0, remove: value === null })),
});

const alter = (talk: Talk, step: string, entries: ReturnType<typeof entryOf>[], validateOnly = false) =>
  talk.ask(step, alterClientQuotasCodec, { entries, validateOnly });

type Component = readonly [entityType: string, matchType: number, match: string | null];

/** Kafka tells its brokers about a changed quota after it has answered. */
async function describe(talk: Talk, step: string, strict: boolean, ...components: Component[]): Promise<void> {
  await talk.moment();
  await talk.ask(step, describeClientQuotasCodec, {
    components: components.map(([entityType, matchType, match]) => ({ entityType, matchType, match })),
    strict,
  });
}

export const alterClientQuotasConversations = conversationsAbout(alterClientQuotasCodec, {
  'quotas come, change and go': async talk => {
    const [user, clientId] = [talk.name('user'), talk.name('client')];
    const entity = { user, 'client-id': clientId };
    const exactly: Component[] = [
      ['user', EXACT, user],
      ['client-id', EXACT, clientId],
    ];
    await describe(talk, 'before', true, ...exactly);
    await alter(talk, 'all keys', [
      entryOf(
        entity,
        ['producer_byte_rate', PLENTY],
        ['consumer_byte_rate', PLENTY],
        ['request_percentage', 50_000.5],
        ['controller_mutation_rate', 1e9],
      ),
    ]);
    await describe(talk, 'has four', true, ...exactly);
    await alter(talk, 'one changes, one goes', [
      entryOf(entity, ['producer_byte_rate', 2 * PLENTY], ['consumer_byte_rate', null]),
    ]);
    await describe(talk, 'has three', true, ...exactly);
    await alter(talk, 'the same again', [entryOf(entity, ['producer_byte_rate', 2 * PLENTY])]);
    await alter(talk, 'it went before', [entryOf(entity, ['consumer_byte_rate', null])]);
    await alter(talk, 'checked only', [entryOf(entity, ['consumer_byte_rate', PLENTY])], true);
    await alter(talk, 'nothing to be done', [entryOf(entity)]);
    await alter(talk, 'nobody', []);
    await describe(talk, 'has three still', true, ...exactly);
    await alter(talk, 'all go', [
      entryOf(entity, ['producer_byte_rate', null], ['request_percentage', null], ['controller_mutation_rate', null]),
    ]);
    await describe(talk, 'afterwards', true, ...exactly);
  },
  'entities that are found': async talk => {
    const [user, clientId] = [talk.name('user'), talk.name('client')];
    const all: Entity[] = [
      { user },
      { user, 'client-id': clientId },
      { user, 'client-id': null },
      { 'client-id': clientId },
      { 'client-id': clientId, user: null },
    ];
    await alter(
      talk,
      'five',
      all.map((entity, index) => entryOf(entity, ['producer_byte_rate', PLENTY + index])),
    );
    await describe(talk, 'the user, strictly', true, ['user', EXACT, user]);
    await describe(talk, 'the user', false, ['user', EXACT, user]);
    await describe(talk, 'the client, strictly', true, ['client-id', EXACT, clientId]);
    await describe(talk, 'the client', false, ['client-id', EXACT, clientId]);
    await describe(talk, 'both', true, ['client-id', EXACT, clientId], ['user', EXACT, user]);
    await describe(talk, 'the user with any client', true, ['user', EXACT, user], ['client-id', SPECIFIED, null]);
    await describe(talk, 'the user with the default client', true, ['user', EXACT, user], ['client-id', DEFAULT, null]);
    await describe(talk, 'any user with the client', false, ['user', SPECIFIED, null], ['client-id', EXACT, clientId]);
    await describe(
      talk,
      'the default user with the client',
      false,
      ['user', DEFAULT, null],
      ['client-id', EXACT, clientId],
    );
    await describe(talk, 'strictly nothing', true);
    await alter(
      talk,
      'they go',
      all.map(entity => entryOf(entity, ['producer_byte_rate', null])),
    );
  },
  addresses: {
    from: 1,
    async play(talk) {
      const ip = '192.0.2.77';
      await alter(talk, 'an address', [entryOf({ ip }, ['connection_creation_rate', 2_000_000_000])]);
      await describe(talk, 'it', true, ['ip', EXACT, ip]);
      await describe(talk, 'it, not strictly', false, ['ip', EXACT, ip]);
      await alter(talk, 'all others', [entryOf({ ip: null }, ['connection_creation_rate', 2_000_000_000])]);
      await describe(talk, 'the default', true, ['ip', DEFAULT, null]);
      await describe(talk, 'any', true, ['ip', SPECIFIED, null]);
      await alter(talk, 'too much', [entryOf({ ip }, ['connection_creation_rate', 2_147_483_648])]);
      await alter(talk, 'a part', [entryOf({ ip }, ['connection_creation_rate', 1.5])]);
      await alter(talk, 'what clients have', [entryOf({ ip }, ['producer_byte_rate', PLENTY])]);
      await alter(talk, 'no address', [entryOf({ ip: 'no address.invalid' }, ['connection_creation_rate', 1e9])]);
      await alter(talk, 'an empty address', [entryOf({ ip: '' }, ['connection_creation_rate', 1e9])]);
      await alter(talk, 'six bytes of hex', [entryOf({ ip: '2001:db8::1' }, ['connection_creation_rate', 1e9])]);
      await alter(talk, 'with a user', [entryOf({ ip, user: 'u' }, ['connection_creation_rate', 1e9])]);
      await alter(talk, 'they go', [
        entryOf({ ip }, ['connection_creation_rate', null]),
        entryOf({ ip: null }, ['connection_creation_rate', null]),
        entryOf({ ip: '' }, ['connection_creation_rate', null]),
        entryOf({ ip: '2001:db8::1' }, ['connection_creation_rate', null]),
      ]);
      await describe(talk, 'afterwards', true, ['ip', EXACT, ip]);
    },
  },
  defaults: {
    from: 1,
    async play(talk) {
      const all: Entity[] = [{ user: null }, { 'client-id': null }, { user: null, 'client-id': null }];
      await alter(
        talk,
        'three',
        all.map((entity, index) => entryOf(entity, ['consumer_byte_rate', PLENTY + index])),
      );
      await describe(talk, 'of users', true, ['user', DEFAULT, null]);
      await describe(talk, 'of clients', true, ['client-id', DEFAULT, null]);
      await describe(talk, 'of both', true, ['client-id', DEFAULT, null], ['user', DEFAULT, null]);
      await alter(
        talk,
        'they go',
        all.map(entity => entryOf(entity, ['consumer_byte_rate', null])),
      );
      await describe(talk, 'afterwards', true, ['user', DEFAULT, null]);
    },
  },
  'values that are refused': async talk => {
    const user = talk.name('user');
    const refuse = (step: string, ...ops: Op[]) => alter(talk, step, [entryOf({ user }, ...ops)]);
    await refuse('nothing at all', ['producer_byte_rate', 0]);
    await refuse('less than nothing', ['producer_byte_rate', -1]);
    await refuse('a part of a byte', ['producer_byte_rate', 1_000_000_000.5]);
    await refuse('a hair of a byte', ['producer_byte_rate', 1_000_000_000.0000004]);
    await refuse('too many bytes', ['producer_byte_rate', 1e19]);
    await refuse('no end of bytes', ['producer_byte_rate', Infinity]);
    await refuse('no number of bytes', ['consumer_byte_rate', NaN]);
    await refuse('no end of time', ['request_percentage', Infinity]);
    await refuse('an unknown key', ['bytes', PLENTY]);
    await refuse('an unknown key goes', ['bytes', null]);
    await refuse('what addresses have', ['connection_creation_rate', 1e9]);
    await refuse('twice the same key', ['producer_byte_rate', PLENTY], ['producer_byte_rate', PLENTY]);
    await refuse('one of two', ['producer_byte_rate', PLENTY], ['consumer_byte_rate', -1]);
    await describe(talk, 'what came of it', false, ['user', EXACT, user]);
    await refuse(
      'all go',
      ['producer_byte_rate', null],
      ['consumer_byte_rate', null],
      ['request_percentage', null],
      ['controller_mutation_rate', null],
    );
  },
  'entities that are refused': async talk => {
    const user = talk.name('user');
    const op: Op = ['producer_byte_rate', PLENTY];
    await alter(talk, 'nobody', [entryOf({}, op)]);
    await alter(talk, 'an unknown type', [entryOf({ group: 'g' }, op)]);
    await alter(talk, 'a known one and an unknown one', [entryOf({ user, group: 'g' }, op)]);
    await alter(talk, 'no type', [entryOf({ '': 'g' }, op)]);
    await alter(talk, 'the same one twice', [entryOf({ user }, op), entryOf({ user }, ['consumer_byte_rate', PLENTY])]);
    await describe(talk, 'what came of it', false, ['user', EXACT, user]);
    await alter(talk, 'one is refused, the other is not', [
      entryOf({ user }, ['producer_byte_rate', null], ['consumer_byte_rate', null]),
      entryOf({ group: 'g' }, op),
    ]);
    await talk.ask('a type twice', alterClientQuotasCodec, {
      entries: [
        {
          entity: [
            { entityType: 'user', entityName: user },
            { entityType: 'user', entityName: `${user}-2` },
          ],
          ops: [{ key: 'producer_byte_rate', value: PLENTY, remove: false }],
        },
      ],
      validateOnly: true,
    });
    await alter(talk, 'no name', [entryOf({ user: '' }, op)], true);
  },
});

export const describeClientQuotasConversations = conversationsAbout(describeClientQuotasCodec, {
  'filters that are refused': async talk => {
    const name = talk.name('user');
    const ask = (step: string, ...components: Component[]) => describe(talk, step, true, ...components);
    await ask('no type', ['', EXACT, name]);
    await ask('an unknown type', ['group', EXACT, name]);
    await ask('a type twice', ['user', EXACT, name], ['user', SPECIFIED, null]);
    await ask('exactly null', ['user', EXACT, null]);
    await ask('the default with a name', ['user', DEFAULT, name]);
    await ask('any with a name', ['user', SPECIFIED, name]);
    await ask('an unknown match', ['user', 3, name]);
    await ask('a negative match', ['user', -1, null]);
    await ask('an address and a user', ['ip', EXACT, '192.0.2.1'], ['user', EXACT, name]);
    await ask('an address and a client', ['client-id', DEFAULT, null], ['ip', SPECIFIED, null]);
    await ask('two faults', ['group', EXACT, null], ['', EXACT, null]);
  },
});
