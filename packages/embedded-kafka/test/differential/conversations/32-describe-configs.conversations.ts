import {
  describeConfigsCodec,
  type DescribeConfigsRequestInit,
} from '../../../src/protocol/generated/describe-configs.js';
import { conversationsAbout } from '../conversation.js';

const TOPIC = 2;
const BROKER = 4;

const describe = (
  resourceType: number,
  resourceName: string,
  configurationKeys: readonly string[] | null = null,
  more: Partial<DescribeConfigsRequestInit> = {},
): DescribeConfigsRequestInit => ({ resources: [{ resourceType, resourceName, configurationKeys }], ...more });

export const describeConfigsConversations = conversationsAbout(describeConfigsCodec, {
  "a topic's, all of them": async talk => {
    const { name } = await talk.topic('heroes', 1, { 'cleanup.policy': 'compact', 'max.message.bytes': '1000' });
    await talk.ask('all', describeConfigsCodec, describe(TOPIC, name));
    // Not min.insync.replicas: its synonyms depend on how the ground was set up.
    const keys = ['cleanup.policy', 'max.message.bytes', 'retention.ms', 'segment.bytes', 'flush.ms', 'preallocate'];
    await talk.ask('with synonyms', describeConfigsCodec, describe(TOPIC, name, keys, { includeSynonyms: true }));
  },
  "a topic's, by name": async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('two', describeConfigsCodec, describe(TOPIC, name, ['retention.ms', 'cleanup.policy']));
    await talk.ask('none', describeConfigsCodec, describe(TOPIC, name, []));
    await talk.ask('unknown', describeConfigsCodec, describe(TOPIC, name, ['no.such.config']));
    await talk.ask(
      'documented',
      describeConfigsCodec,
      describe(TOPIC, name, ['preallocate'], { includeDocumentation: true }),
    );
  },
  'resources that do not exist': async talk => {
    await talk.ask('topic', describeConfigsCodec, describe(TOPIC, talk.name('nowhere')));
    await talk.ask('invalid topic', describeConfigsCodec, describe(TOPIC, 'no/such name'));
    await talk.ask('empty topic', describeConfigsCodec, describe(TOPIC, ''));
    await talk.askInVain('broker 999', describeConfigsCodec, describe(BROKER, '999'));
    await talk.askInVain('broker "one"', describeConfigsCodec, describe(BROKER, 'one'));
    await talk.askInVain('type 0', describeConfigsCodec, describe(0, 'x'));
    await talk.askInVain('type 3', describeConfigsCodec, describe(3, 'x'));
    await talk.askInVain('no resources', describeConfigsCodec, { resources: [] });
  },
  "a broker's, by name": async talk => {
    const name = String(talk.ground.nodeId);
    const keys = [
      'message.max.bytes',
      'log.retention.hours',
      'auto.create.topics.enable',
      'compression.type',
      'delete.topic.enable',
      'log.cleanup.policy',
    ];
    await talk.ask('six', describeConfigsCodec, describe(BROKER, name, keys));
    await talk.ask('with synonyms', describeConfigsCodec, describe(BROKER, name, keys, { includeSynonyms: true }));
  },
  'several resources, one of them twice': async talk => {
    const { name } = await talk.topic('heroes');
    const one = { resourceType: TOPIC, resourceName: name, configurationKeys: ['retention.ms'] };
    const nowhere = { ...one, resourceName: talk.name('nowhere') };
    await talk.ask('three', describeConfigsCodec, { resources: [one, nowhere, one] });
  },
});
