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
  return ({ saslAuthenticate }) => ({
    authenticate: async () => {
      const bytes = Buffer.from([authorizationIdentity, accessKeyId, secretAccessKey, sessionToken].join('\0'));
      const length = Buffer.alloc(4);
      length.writeInt32BE(bytes.length, 0);
      await saslAuthenticate({ request: { encode: () => Buffer.concat([length, bytes]) } });
    },
  });
}
