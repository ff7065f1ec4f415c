import { alterConfigsCodec, type AlterConfigsRequestInit } from '../../../src/protocol/generated/alter-configs.js';
import { describeConfigsCodec } from '../../../src/protocol/generated/describe-configs.js';
import { conversationsAbout } from '../conversation.js';
import type { Talk } from '../talk.js';

const TOPIC = 2;
const BROKER = 4;

type Value = readonly [name: string, value: string | null];

const alter = (
  resourceType: number,
  resourceName: string,
  values: readonly Value[],
  validateOnly = false,
): AlterConfigsRequestInit => ({
  resources: [{ resourceType, resourceName, configs: values.map(([name, value]) => ({ name, value })) }],
  validateOnly,
});

const see = (talk: Talk, step: string, name: string): Promise<unknown> =>
  talk.ask(step, describeConfigsCodec, {
    resources: [
      {
        resourceType: TOPIC,
        resourceName: name,
        configurationKeys: ['cleanup.policy', 'max.message.bytes', 'retention.ms', 'segment.bytes'],
      },
    ],
    includeSynonyms: true,
  });

export const alterConfigsConversations = conversationsAbout(alterConfigsCodec, {
  'all that was set before is gone': async talk => {
    const { name } = await talk.topic('heroes', 1, { 'max.message.bytes': '2000', 'segment.bytes': '2000000' });
    const values = [
      ['retention.ms', '77'],
      ['cleanup.policy', 'compact,delete'],
    ] as const;
    await talk.ask('two', alterConfigsCodec, alter(TOPIC, name, values));
    await talk.untilConfigured(TOPIC, name, 'retention.ms', '77');
    await see(talk, 'two are left', name);
    await talk.ask('nothing', alterConfigsCodec, alter(TOPIC, name, []));
    await talk.untilConfigured(TOPIC, name, 'retention.ms', null);
    await see(talk, 'nothing is left', name);
  },
  'values that are not valid': async talk => {
    const { name } = await talk.topic('heroes');
    const ask = (step: string, ...values: readonly Value[]) =>
      talk.askInVain(step, alterConfigsCodec, alter(TOPIC, name, values));
    await ask('text', ['max.message.bytes', 'many']);
    await ask('null', ['max.message.bytes', null]);
    await ask('no such name', ['no.such.config', '1']);
    await ask('one good, one bad', ['retention.ms', '5'], ['max.message.bytes', 'many']);
    await ask('the same twice', ['retention.ms', '5'], ['retention.ms', '6']);
    await talk.moment();
    await see(talk, 'what became of it', name);
  },
  'validate only': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('good', alterConfigsCodec, alter(TOPIC, name, [['retention.ms', '5']], true));
    await talk.ask('bad', alterConfigsCodec, alter(TOPIC, name, [['retention.ms', 'x']], true));
    await talk.moment();
    await see(talk, 'nothing changed', name);
  },
  'resources that do not exist': async talk => {
    const ask = (step: string, resourceType: number, name: string) =>
      talk.askInVain(step, alterConfigsCodec, alter(resourceType, name, [['retention.ms', '1']], true));
    await ask('topic', TOPIC, talk.name('nowhere'));
    await ask('invalid topic', TOPIC, 'no/such name');
    await ask('broker 999', BROKER, '999');
    await ask('type 3', 3, 'x');
    await talk.ask('no resources', alterConfigsCodec, { resources: [], validateOnly: true });
  },
  "a broker's": async talk => {
    const ask = (step: string, ...values: readonly Value[]) =>
      talk.askInVain(step, alterConfigsCodec, alter(BROKER, String(talk.ground.nodeId), values, true));
    await ask('valid', ['message.max.bytes', '2000000']);
    await ask('not valid', ['message.max.bytes', 'many']);
    await ask('read only', ['auto.create.topics.enable', 'false']);
    await ask('no such name', ['no.such.config', '1']);
  },
});
