import {
  createPartitionsCodec,
  type CreatePartitionsRequestInit,
} from '../../../src/protocol/generated/create-partitions.js';
import { metadataCodec } from '../../../src/protocol/generated/metadata.js';
import { conversationsAbout } from '../conversation.js';

const raise = (
  name: string,
  count: number,
  brokers: readonly (readonly number[])[] | null = null,
  validateOnly = false,
): CreatePartitionsRequestInit => ({
  topics: [{ name, count, assignments: brokers && brokers.map(brokerIds => ({ brokerIds })) }],
  timeoutMs: 10_000,
  validateOnly,
});

export const createPartitionsConversations = conversationsAbout(createPartitionsCodec, {
  'more partitions': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('three', createPartitionsCodec, raise(name, 3));
    await talk.untilTopicServes(name, 3);
    await talk.ask('metadata', metadataCodec, { topics: [{ name }], allowAutoTopicCreation: false });
  },
  'not more': async talk => {
    const { name } = await talk.topic('heroes', 2);
    for (const count of [2, 1, 0, -1]) await talk.ask(`${count}`, createPartitionsCodec, raise(name, count));
  },
  'unknown and invalid topics': async talk => {
    await talk.ask('unknown', createPartitionsCodec, raise(talk.name('nowhere'), 3));
    await talk.ask('invalid', createPartitionsCodec, raise('no/such name', 3));
  },
  'by assignment': async talk => {
    const { name } = await talk.topic('heroes');
    const { nodeId } = talk.ground;
    await talk.ask('too few', createPartitionsCodec, raise(name, 3, [[nodeId]]));
    await talk.ask('too many', createPartitionsCodec, raise(name, 2, [[nodeId], [nodeId]]));
    await talk.ask('empty', createPartitionsCodec, raise(name, 2, []));
    await talk.ask('a broker that does not exist', createPartitionsCodec, raise(name, 2, [[999]]));
    await talk.ask('two replicas of one', createPartitionsCodec, raise(name, 2, [[nodeId, 999]]));
    await talk.ask('a broker twice', createPartitionsCodec, raise(name, 2, [[nodeId, nodeId]]));
    await talk.ask('no broker', createPartitionsCodec, raise(name, 2, [[]]));
    await talk.ask('fine', createPartitionsCodec, raise(name, 2, [[nodeId]]));
  },
  'validate only': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('fine', createPartitionsCodec, raise(name, 3, null, true));
    await talk.ask('not fine', createPartitionsCodec, raise(name, 1, null, true));
    await talk.ask('nothing has changed', metadataCodec, { topics: [{ name }], allowAutoTopicCreation: false });
  },
  'one topic twice, and none': async talk => {
    const { name } = await talk.topic('heroes');
    const one = raise(name, 2);
    await talk.ask('twice', createPartitionsCodec, { ...one, topics: [...one.topics, ...one.topics] });
    await talk.ask('none', createPartitionsCodec, { ...one, topics: [] });
  },
});
