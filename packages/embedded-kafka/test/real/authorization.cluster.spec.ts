import { findFreePorts } from '../../../../scripts/kafka/free-ports.ts';
import { startKafka } from '../../../../scripts/kafka/index.ts';
import { describeAuthorization } from '../authorization/behaviours.js';

describeAuthorization('Apache Kafka', async () => {
  const [saslPort] = (await findFreePorts(1)) as [number];
  const cluster = await startKafka({
    nodes: 1,
    properties: ({ port, controllerPort }) => ({
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort},SASL_PLAINTEXT://127.0.0.1:${saslPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},SASL_PLAINTEXT://127.0.0.1:${saslPort}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.sasl_plaintext.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="alice" user_bob="bob";',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    }),
  });
  return {
    plaintext: cluster.brokers[0] ?? '',
    sasl: `127.0.0.1:${saslPort}`,
    stop: () => cluster.stop(),
  };
});
