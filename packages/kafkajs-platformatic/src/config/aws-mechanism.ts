import { KafkaJSSASLAuthenticationError } from '../errors/connection-errors.js';
import type { AuthenticationProvider } from '../wire/sasl-exchange.js';

/** The mechanism "AWS" of KafkaJS, which brokers with the plugin for it offer. */
export interface AwsCredentials {
  authorizationIdentity: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export function awsAuthenticationProvider(credentials: AwsCredentials): AuthenticationProvider {
  const { authorizationIdentity, accessKeyId, secretAccessKey, sessionToken = '' } = credentials;
  return ({ host, port, saslAuthenticate }) => ({
    authenticate: async () => {
      const bytes = Buffer.from([authorizationIdentity, accessKeyId, secretAccessKey, sessionToken].join('\0'));
      const length = Buffer.alloc(4);
      length.writeInt32BE(bytes.length, 0);
      try {
        await saslAuthenticate({ request: { encode: () => Buffer.concat([length, bytes]) } });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new KafkaJSSASLAuthenticationError(`SASL AWS-IAM authentication at ${host}:${port} failed: ${reason}`, {
          cause: error,
        });
      }
    },
  });
}
