import { consumerGroupDescribeCodec } from '../../../src/protocol/generated/consumer-group-describe.js';
import { conversationsAbout } from '../conversation.js';
import { TalkingMember, topicFor } from './consumer-group-talk.js';
import { stableGroup } from './group-talk.js';

export const consumerGroupDescribeConversations = conversationsAbout(consumerGroupDescribeCodec, {
  'a group and its members': async talk => {
    const { name, id } = await topicFor(talk, 2);
    const group = talk.name('group');
    const one = new TalkingMember(talk, group, talk.name('one'));
    await one.join('joins', [name, talk.name('aaa-nowhere')], { instanceId: 'i', rackId: 'r' });
    await one.send('has taken over', { topicPartitions: [{ topicId: id, partitions: [0, 1] }], instanceId: 'i' });
    await talk.moment();
    await talk.ask('described', consumerGroupDescribeCodec, { groupIds: [group], includeAuthorizedOperations: false });
    await talk.ask('with operations', consumerGroupDescribeCodec, {
      groupIds: [group],
      includeAuthorizedOperations: true,
    });
    const two = new TalkingMember(talk, group, talk.name('two'), 'b');
    await two.join('another joins', [name], { serverAssignor: 'range' });
    await talk.moment();
    await talk.ask('while it is assigned anew', consumerGroupDescribeCodec, {
      groupIds: [group],
      includeAuthorizedOperations: false,
    });
    await two.send('the other leaves', { memberEpoch: -1 });
    await talk.moment();
    await talk.ask('before anyone knows', consumerGroupDescribeCodec, {
      groupIds: [group],
      includeAuthorizedOperations: false,
    });
    await one.send('leaves', { memberEpoch: -1, instanceId: 'i' });
    await talk.moment();
    await talk.ask('when empty', consumerGroupDescribeCodec, { groupIds: [group], includeAuthorizedOperations: false });
  },
  'groups that are none': async talk => {
    const classic = talk.name('classic');
    await stableGroup(talk, classic);
    await talk.moment();
    await talk.ask('unknown', consumerGroupDescribeCodec, {
      groupIds: [talk.name('unknown')],
      includeAuthorizedOperations: false,
    });
    await talk.ask('classic', consumerGroupDescribeCodec, { groupIds: [classic], includeAuthorizedOperations: false });
    await talk.ask('no id', consumerGroupDescribeCodec, { groupIds: [''], includeAuthorizedOperations: false });
    await talk.ask('none', consumerGroupDescribeCodec, { groupIds: [], includeAuthorizedOperations: false });
    await talk.ask('one twice', consumerGroupDescribeCodec, {
      groupIds: [classic, classic],
      includeAuthorizedOperations: false,
    });
    await talk.ask('operations of none', consumerGroupDescribeCodec, {
      groupIds: [talk.name('unknown-too')],
      includeAuthorizedOperations: true,
    });
  },
});
