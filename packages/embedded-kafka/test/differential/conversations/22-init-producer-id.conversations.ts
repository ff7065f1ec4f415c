import {
  initProducerIdCodec,
  type InitProducerIdRequestInit,
} from '../../../src/protocol/generated/init-producer-id.js';
import { conversationsAbout } from '../conversation.js';

const init = (
  transactionalId: string | null,
  more: Partial<InitProducerIdRequestInit> = {},
): InitProducerIdRequestInit => ({
  transactionalId,
  transactionTimeoutMs: 60_000,
  ...more,
});

export const initProducerIdConversations = conversationsAbout(initProducerIdCodec, {
  'an idempotent producer': async talk => {
    await talk.ask('first', initProducerIdCodec, init(null));
    await talk.ask('second', initProducerIdCodec, init(null));
    await talk.ask('any timeout', initProducerIdCodec, init(null, { transactionTimeoutMs: -1 }));
  },
  'an idempotent producer that has an id': {
    from: 3,
    play: async talk => {
      const { producerId, producerEpoch } = await talk.ask('first', initProducerIdCodec, init(null));
      await talk.ask('with its id', initProducerIdCodec, init(null, { producerId, producerEpoch }));
      await talk.ask('with any id', initProducerIdCodec, init(null, { producerId: 0n, producerEpoch: 0 }));
      await talk.ask('an epoch only', initProducerIdCodec, init(null, { producerEpoch: 3 }));
      await talk.ask('an id only', initProducerIdCodec, init(null, { producerId }));
    },
  },
  'an empty transactional id': async talk => {
    await talk.ask('empty', initProducerIdCodec, init(''));
  },
  'a transactional producer': async talk => {
    const id = talk.name('transactional');
    await talk.ask('first', initProducerIdCodec, init(id));
    await talk.ask('again', initProducerIdCodec, init(id));
  },
  'transaction timeouts': async talk => {
    for (const transactionTimeoutMs of [0, -1, 900_001]) {
      await talk.ask(
        `${transactionTimeoutMs} ms`,
        initProducerIdCodec,
        init(talk.name(`timeout${transactionTimeoutMs}`), { transactionTimeoutMs }),
      );
    }
  },
  'a transactional producer that has an id': {
    from: 3,
    play: async talk => {
      const id = talk.name('transactional');
      await talk.ask('a new id with 0 and 0', initProducerIdCodec, init(id, { producerId: 0n, producerEpoch: 0 }));
      const { producerId, producerEpoch } = await talk.ask('without', initProducerIdCodec, init(id));
      await talk.ask('its own', initProducerIdCodec, init(id, { producerId, producerEpoch }));
      await talk.ask('an older epoch', initProducerIdCodec, init(id, { producerId, producerEpoch: 0 }));
      await talk.ask(
        'another id',
        initProducerIdCodec,
        init(id, { producerId: producerId + 1_000_000n, producerEpoch: 0 }),
      );
    },
  },
});
