import { EmbeddedKafka } from '../../src/index.js';
import { describeAuthorization } from './behaviours.js';

describeAuthorization('the embedded broker', async () => {
  const kafka = await EmbeddedKafka.start({
    listeners: [
      { protocol: 'PLAINTEXT' },
      { protocol: 'SASL_PLAINTEXT', mechanisms: ['PLAIN'], users: { alice: 'alice', bob: 'bob' } },
    ],
    authorizer: { superUsers: ['User:ANONYMOUS'] },
  });
  return {
    plaintext: kafka.addresses('PLAINTEXT')[0] ?? '',
    sasl: kafka.addresses('SASL_PLAINTEXT')[0] ?? '',
    stop: () => kafka.stop(),
  };
});
