import { describeConfigsCodec } from '../../../src/protocol/generated/describe-configs.js';
import {
  incrementalAlterConfigsCodec,
  type IncrementalAlterConfigsRequestInit,
} from '../../../src/protocol/generated/incremental-alter-configs.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { batchOf } from '../record-batches.js';
import type { Talk } from '../talk.js';
import { produceRequest } from './requests.js';

const TOPIC = 2;
const BROKER = 4;
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3] as const;

const KEY = 'log.cleaner.backoff.ms';

type Change = readonly [name: string, operation: number, value?: string | null];

const alter = (
  resourceType: number,
  resourceName: string,
  changes: readonly Change[],
  validateOnly = false,
): IncrementalAlterConfigsRequestInit => ({
  resources: [
    {
      resourceType,
      resourceName,
      configs: changes.map(([name, configOperation, value = null]) => ({ name, configOperation, value })),
    },
  ],
  validateOnly,
});

const KEYS = ['cleanup.policy', 'max.message.bytes', 'retention.ms', 'leader.replication.throttled.replicas'];

const see = (talk: Talk, step: string, name: string, configurationKeys: readonly string[] = KEYS): Promise<unknown> =>
  talk.ask(step, describeConfigsCodec, {
    resources: [{ resourceType: TOPIC, resourceName: name, configurationKeys }],
    includeSynonyms: true,
  });

/** A conversation that alters one topic step by step, and sees what became of it. */
const changing =
  (steps: Readonly<Record<string, readonly Change[]>>, settled: readonly [key: string, value: string | null]) =>
  async (talk: Talk): Promise<void> => {
    const { name } = await talk.topic('heroes');
    for (const [step, changes] of Object.entries(steps)) {
      await talk.askInVain(step, incrementalAlterConfigsCodec, alter(TOPIC, name, changes));
    }
    await talk.untilConfigured(TOPIC, name, ...settled);
    await see(talk, 'what became of it', name);
  };

export const incrementalAlterConfigsConversations = conversationsAbout(incrementalAlterConfigsCodec, {
  'set and delete': changing(
    {
      set: [
        ['max.message.bytes', SET, '2000'],
        ['retention.ms', SET, '1000'],
      ],
      'delete one, and one that was never set': [
        ['retention.ms', DELETE],
        ['segment.bytes', DELETE],
      ],
      nothing: [],
    },
    ['retention.ms', null],
  ),
  'append and subtract': changing(
    {
      append: [['cleanup.policy', APPEND, 'compact']],
      'append it again': [['cleanup.policy', APPEND, 'compact']],
      'append two': [['leader.replication.throttled.replicas', APPEND, '0:1,1:1']],
      'subtract the first': [['cleanup.policy', SUBTRACT, 'delete']],
      'subtract what is not there': [['leader.replication.throttled.replicas', SUBTRACT, '7:7']],
    },
    ['cleanup.policy', 'compact'],
  ),
  'subtract the last': changing({ 'the only one': [['cleanup.policy', SUBTRACT, 'delete']] }, ['cleanup.policy', '']),
  'append to what is no list': changing({ bytes: [['max.message.bytes', APPEND, '1']] }, ['retention.ms', '-1']),
  'subtract from what is no list': changing({ bytes: [['max.message.bytes', SUBTRACT, '1']] }, ['retention.ms', '-1']),
  'values that are not valid': changing(
    {
      text: [['max.message.bytes', SET, 'many']],
      negative: [['max.message.bytes', SET, '-1']],
      null: [['max.message.bytes', SET, null]],
      'a policy that does not exist': [['cleanup.policy', SET, 'shred']],
      'a policy that does not exist, appended': [['cleanup.policy', APPEND, 'shred']],
      'append null': [['cleanup.policy', APPEND, null]],
      'no such name': [['no.such.config', SET, '1']],
      'delete no such name': [['no.such.config', DELETE]],
      'no such operation': [['max.message.bytes', 9, '1']],
      'one good, one bad': [
        ['retention.ms', SET, '77'],
        ['max.message.bytes', SET, 'many'],
      ],
      'the same twice': [
        ['retention.ms', SET, '77'],
        ['retention.ms', DELETE],
      ],
    },
    ['retention.ms', '-1'],
  ),
  'validate only': async talk => {
    const { name } = await talk.topic('heroes');
    const set = [['max.message.bytes', SET, '2000']] as const;
    await talk.ask('good', incrementalAlterConfigsCodec, alter(TOPIC, name, set, true));
    const bad = [['max.message.bytes', SET, 'many']] as const;
    await talk.ask('bad', incrementalAlterConfigsCodec, alter(TOPIC, name, bad, true));
    await talk.moment();
    await see(talk, 'nothing changed', name);
  },
  'a change counts': async talk => {
    const topic = await talk.topic('heroes');
    const change = async (step: string, key: string, value: string | null): Promise<void> => {
      const changes = [[key, value === null ? DELETE : SET, value]] as const;
      await talk.ask(step, incrementalAlterConfigsCodec, alter(TOPIC, topic.name, changes));
      await talk.untilConfigured(TOPIC, topic.name, key, value);
      await talk.moment();
    };
    const produce = (step: string, value = 'x'): Promise<unknown> =>
      talk.ask(step, produceCodec, produceRequest(topic, batchOf(value)));
    await change('smaller', 'max.message.bytes', '100');
    await produce('too large now', 'x'.repeat(100));
    await change('stamped', 'message.timestamp.type', 'LogAppendTime');
    await produce('with the time of the broker');
    await change('two replicas', 'min.insync.replicas', '2');
    await produce('one replica is all there is');
    await change('compacted', 'cleanup.policy', 'compact');
    await produce('no key');
  },
  'resources that do not exist': async talk => {
    const changes = [['retention.ms', SET, '1']] as const;
    const ask = (step: string, resourceType: number, name: string) =>
      talk.askInVain(step, incrementalAlterConfigsCodec, alter(resourceType, name, changes, true));
    await ask('topic', TOPIC, talk.name('nowhere'));
    await ask('invalid topic', TOPIC, 'no/such name');
    await ask('empty topic', TOPIC, '');
    await ask('broker 999', BROKER, '999');
    await ask('broker "one"', BROKER, 'one');
    await ask('type 0', 0, 'x');
    await ask('type 3', 3, 'x');
    await talk.ask('no resources', incrementalAlterConfigsCodec, { resources: [], validateOnly: true });
  },
  'several resources, one of them twice': async talk => {
    const { name } = await talk.topic('heroes');
    const one = alter(TOPIC, name, [['retention.ms', SET, '5']]).resources[0];
    const nowhere = alter(TOPIC, talk.name('nowhere'), [['retention.ms', SET, '5']]).resources[0];
    const resources = [one, nowhere, one].filter(each => each !== undefined);
    await talk.askInVain('three', incrementalAlterConfigsCodec, { resources, validateOnly: true });
    const { name: other } = await talk.topic('villains');
    const another = alter(TOPIC, other, [['retention.ms', SET, '6']]).resources[0];
    await talk.ask('two', incrementalAlterConfigsCodec, {
      resources: [one, another].filter(each => each !== undefined),
      validateOnly: false,
    });
    await talk.untilConfigured(TOPIC, name, 'retention.ms', '5');
    await talk.untilConfigured(TOPIC, other, 'retention.ms', '6');
    await see(talk, 'the first', name, ['retention.ms']);
    await see(talk, 'the second', other, ['retention.ms']);
  },
  "a broker's": async talk => {
    const id = String(talk.ground.nodeId);
    const ask = (step: string, changes: readonly Change[], name = id, validateOnly = true) =>
      talk.askInVain(step, incrementalAlterConfigsCodec, alter(BROKER, name, changes, validateOnly));
    await ask('valid', [['message.max.bytes', SET, '2000000']]);
    await ask('not valid', [['message.max.bytes', SET, 'many']]);
    await ask('read only', [['auto.create.topics.enable', SET, 'false']]);
    await ask('no such name', [['no.such.config', SET, '1']]);
    await ask('a list', [['log.cleanup.policy', APPEND, 'compact']]);
    await ask('append to no list', [['message.max.bytes', APPEND, '1']]);
    await ask('for all', [['message.max.bytes', SET, '2000000']], '');
    await ask('for all, of one only', [['listeners', SET, 'PLAINTEXT://:1']], '');
    await ask('delete', [['message.max.bytes', DELETE]]);
  },
  "a broker's, and that of all": {
    // Versions are played at the same time, and this stays when it is answered.
    from: 1,
    play: async talk => {
      const id = String(talk.ground.nodeId);
      const ask = (step: string, changes: readonly Change[], name: string): Promise<unknown> =>
        talk.ask(step, incrementalAlterConfigsCodec, alter(BROKER, name, changes));
      // Nobody minds how long the cleaner pauses.
      const keys = [KEY];
      const look = (step: string): Promise<unknown> =>
        talk.ask(step, describeConfigsCodec, {
          resources: [{ resourceType: BROKER, resourceName: id, configurationKeys: keys }],
          includeSynonyms: true,
        });
      await ask('set', [[KEY, SET, '15001']], id);
      await ask('set for all', [[KEY, SET, '15002']], '');
      await talk.untilConfigured(BROKER, id, KEY, '15001');
      await talk.untilConfigured(BROKER, '', KEY, '15002');
      await look('both');
      await ask('deleted', [[KEY, DELETE]], id);
      await talk.untilConfigured(BROKER, id, KEY, '15002');
      await look("all's");
      await talk.ask("all's alone", describeConfigsCodec, {
        resources: [{ resourceType: BROKER, resourceName: '', configurationKeys: keys }],
        includeSynonyms: true,
      });
      await ask('deleted for all', [[KEY, DELETE]], '');
      await talk.untilConfigured(BROKER, id, KEY, null);
      await look('none');
    },
  },
});
