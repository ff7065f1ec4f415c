import { createTopicsCodec, type CreateTopicsRequestInit } from '../../../src/protocol/generated/create-topics.js';
import { metadataCodec } from '../../../src/protocol/generated/metadata.js';
import { conversationsAbout } from '../conversation.js';

type TopicInit = CreateTopicsRequestInit['topics'][number];

const topic = (name: string, more: Partial<TopicInit> = {}): TopicInit => ({
  name,
  numPartitions: 1,
  replicationFactor: 1,
  assignments: [],
  configs: [],
  ...more,
});

const create = (...topics: readonly TopicInit[]): CreateTopicsRequestInit => ({ topics, timeoutMs: 10_000 });

const assigned = (...brokers: readonly (readonly number[])[]) => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: brokers.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
});

export const createTopicsConversations = conversationsAbout(createTopicsCodec, {
  'topics that can be created': async talk => {
    const three = talk.name('three');
    await talk.ask('three partitions', createTopicsCodec, create(topic(three, { numPartitions: 3 })));
    await talk.untilTopicServes(three, 3);
    await talk.ask('metadata', metadataCodec, { topics: [{ name: three }], allowAutoTopicCreation: false });
    const configs = [
      { name: 'retention.ms', value: '1000' },
      { name: 'cleanup.policy', value: 'compact' },
    ];
    await talk.ask('with configs', createTopicsCodec, create(topic(talk.name('configured'), { configs })));
    await talk.ask('two at a time', createTopicsCodec, create(topic(talk.name('a')), topic(talk.name('b'))));
  },
  "the cluster's defaults": async talk => {
    await talk.ask(
      'minus one',
      createTopicsCodec,
      create(topic(talk.name('default'), { numPartitions: -1, replicationFactor: -1 })),
    );
  },
  'a topic that exists': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('again', createTopicsCodec, create(topic(name)));
    await talk.ask('validate only', createTopicsCodec, { ...create(topic(name)), validateOnly: true });
  },
  'a name that collides': async talk => {
    const { name } = await talk.topic('a.b');
    await talk.ask(
      'underscore for dot',
      createTopicsCodec,
      create(topic(talk.knownAs(name.replace('a.b', 'a_b'), 'a_b'))),
    );
  },
  'invalid names': async talk => {
    const bad = {
      slash: 'a/b',
      space: 'a b',
      empty: '',
      dot: '.',
      'two dots': '..',
      'too long': 'a'.repeat(250),
      unicode: 'hélas',
    };
    for (const [step, name] of Object.entries(bad)) await talk.ask(step, createTopicsCodec, create(topic(name)));
  },
  'internal names': async talk => {
    await talk.ask('offsets', createTopicsCodec, create(topic('__consumer_offsets')));
    await talk.ask('metadata', createTopicsCodec, create(topic('__cluster_metadata')));
  },
  'numbers of partitions and replicas': async talk => {
    const numbers = {
      'no partitions': [0, 1],
      'minus two partitions': [-2, 1],
      'no replicas': [1, 0],
      'minus two replicas': [1, -2],
      'too many replicas': [1, 5],
    } as const;
    for (const [step, [numPartitions, replicationFactor]] of Object.entries(numbers)) {
      await talk.ask(
        step,
        createTopicsCodec,
        create(topic(talk.name(step.replaceAll(' ', '-')), { numPartitions, replicationFactor })),
      );
    }
  },
  'by assignment': async talk => {
    const { nodeId } = talk.ground;
    await talk.ask('two partitions', createTopicsCodec, create(topic(talk.name('good'), assigned([nodeId], [nodeId]))));
    await talk.ask(
      'and a number of partitions',
      createTopicsCodec,
      create(topic(talk.name('number'), { ...assigned([nodeId]), numPartitions: 1 })),
    );
    await talk.ask(
      'and a replication factor',
      createTopicsCodec,
      create(topic(talk.name('factor'), { ...assigned([nodeId]), replicationFactor: 1 })),
    );
    await talk.ask(
      'a broker that does not exist',
      createTopicsCodec,
      create(topic(talk.name('unknown'), assigned([999]))),
    );
    await talk.ask('a broker twice', createTopicsCodec, create(topic(talk.name('twice'), assigned([nodeId, nodeId]))));
    await talk.ask('no broker', createTopicsCodec, create(topic(talk.name('none'), assigned([]))));
    const gap = [{ partitionIndex: 1, brokerIds: [nodeId] }];
    await talk.ask(
      'partitions not from zero',
      createTopicsCodec,
      create(topic(talk.name('gap'), { ...assigned(), assignments: gap })),
    );
    const same = [0, 0].map(partitionIndex => ({ partitionIndex, brokerIds: [nodeId] }));
    await talk.ask(
      'a partition twice',
      createTopicsCodec,
      create(topic(talk.name('same'), { ...assigned(), assignments: same })),
    );
  },
  'invalid configs': async talk => {
    const bad = {
      'unknown name': ['no.such.config', '1'],
      'no number': ['retention.ms', 'soon'],
      'out of range': ['max.message.bytes', '-5'],
      'not one of the values': ['cleanup.policy', 'burn'],
      'no boolean': ['preallocate', 'maybe'],
      'no double': ['min.cleanable.dirty.ratio', '2'],
      null: ['retention.ms', null],
    } as const;
    for (const [step, [name, value]] of Object.entries(bad)) {
      await talk.ask(
        step,
        createTopicsCodec,
        create(topic(talk.name(step.replaceAll(' ', '-')), { configs: [{ name, value }] })),
      );
    }
  },
  'validate only': async talk => {
    const name = talk.name('imagined');
    await talk.ask('fine', createTopicsCodec, { ...create(topic(name, { numPartitions: 2 })), validateOnly: true });
    await talk.ask('not fine', createTopicsCodec, { ...create(topic(name, { numPartitions: 0 })), validateOnly: true });
    await talk.ask('it is not there', metadataCodec, { topics: [{ name }], allowAutoTopicCreation: false });
  },
  'one name twice in a request': async talk => {
    const name = talk.name('twin');
    await talk.ask('twice', createTopicsCodec, create(topic(name), topic(name), topic(talk.name('other'))));
  },
  'no topics': async talk => {
    await talk.ask('none', createTopicsCodec, create());
  },
});
