import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { Certificates } from '../../packages/kafkajs-platformatic/test/support/certificates.js';
import { createScramUser } from '../../packages/kafkajs-platformatic/test/support/scram-users.js';
import { findFreePorts } from '../../scripts/kafka/free-ports.ts';
import { startKafka, type KafkaCluster } from '../../scripts/kafka/index.ts';
import { PASSWORD, type SecureGround, securityBehaviours } from './security-behaviours.js';

const MODULES = 'org.apache.kafka.common.security';

function jaas(listener: string, mechanism: string, module: string, options = ''): Record<string, string> {
  return { [`listener.name.${listener}.${mechanism}.sasl.jaas.config`]: `${MODULES}.${module} required ${options};` };
}

describe('On Apache Kafka', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafka-security-'));
  let cluster: KafkaCluster | undefined;
  let ground: SecureGround;

  beforeAll(async () => {
    const certificates = new Certificates(directory);
    const server = certificates.issue('server');
    const own = certificates.issue('client');
    const [saslPort = 0, sslPort = 0, plainPort = 0] = await findFreePorts(3);
    const users = `user_alice="${PASSWORD}"`;
    cluster = await startKafka({
      properties: ({ port, controllerPort }) => ({
        listeners: [
          `PLAINTEXT://127.0.0.1:${port}`,
          `CONTROLLER://127.0.0.1:${controllerPort}`,
          `SASL_SSL://127.0.0.1:${saslPort}`,
          `TLS://127.0.0.1:${sslPort}`,
          `PLAIN_ONLY://127.0.0.1:${plainPort}`,
        ].join(','),
        'advertised.listeners': [
          `PLAINTEXT://127.0.0.1:${port}`,
          `SASL_SSL://localhost:${saslPort}`,
          `TLS://localhost:${sslPort}`,
          `PLAIN_ONLY://127.0.0.1:${plainPort}`,
        ].join(','),
        'listener.security.protocol.map':
          'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,TLS:SSL,PLAIN_ONLY:SASL_PLAINTEXT',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': server.store,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': certificates.ca,
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        'listener.name.plain_only.sasl.enabled.mechanisms': 'PLAIN',
        ...jaas('plain_only', 'plain', 'plain.PlainLoginModule', users),
        ...jaas('sasl_ssl', 'plain', 'plain.PlainLoginModule', users),
        ...jaas('sasl_ssl', 'scram-sha-256', 'scram.ScramLoginModule'),
        ...jaas('sasl_ssl', 'scram-sha-512', 'scram.ScramLoginModule'),
        ...jaas(
          'sasl_ssl',
          'oauthbearer',
          'oauthbearer.OAuthBearerLoginModule',
          'unsecuredLoginStringClaim_sub="broker"',
        ),
      }),
    });
    await createScramUser(cluster.brokers[0] as string, 'alice', PASSWORD);
    ground = {
      saslSsl: `localhost:${saslPort}`,
      ssl: `localhost:${sslPort}`,
      plainOnly: `127.0.0.1:${plainPort}`,
      ca: readFileSync(certificates.ca, 'utf8'),
      own: { key: readFileSync(own.key, 'utf8'), cert: readFileSync(own.cert, 'utf8') },
      others: [],
    };
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  securityBehaviours(() => ground);
});
