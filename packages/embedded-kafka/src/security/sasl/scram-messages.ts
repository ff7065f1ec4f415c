import { SaslFailure } from './sasl-exchange.js';

/** The messages of RFC 5802, section 7, in the subset that Apache Kafka takes: no channel binding. */

const SASL_NAME = '(?:[\\x01-\\x2b\\x2d-\\x3c\\x3e-\\x7f]|=2C|=3D)+';
const VALUE = '[\\x01-\\x2b\\x2d-\\x7f]+';
const PRINTABLE = '[\\x21-\\x2b\\x2d-\\x7e]+';
const BASE64 = '(?:[a-zA-Z0-9/+]{4})*(?:[a-zA-Z0-9/+]{3}=|[a-zA-Z0-9/+]{2}==)?';
const EXTENSIONS = `(?:,[A-Za-z]+=${VALUE})*`;

const CLIENT_FIRST = new RegExp(
  `^n,(?:a=(${SASL_NAME}))?,((?:m=${VALUE},)?n=(${SASL_NAME}),r=(${PRINTABLE})(${EXTENSIONS}))$`,
);
const CLIENT_FINAL = new RegExp(`^(c=${BASE64},r=(${PRINTABLE})${EXTENSIONS}),p=(${BASE64})$`);

export interface ClientFirstMessage {
  readonly authorizationId: string;
  /** What is signed: the message without its GS2 header. */
  readonly bare: string;
  readonly user: string;
  readonly nonce: string;
  /** The client means a delegation token, not a user. */
  readonly isToken: boolean;
}

/** @throws SaslFailure */
export function parseClientFirst(message: Buffer): ClientFirstMessage {
  const match = CLIENT_FIRST.exec(message.toString('utf8'));
  if (!match) throw new SaslFailure('Invalid SCRAM client first message format');
  const [, authorizationId = '', bare = '', name = '', nonce = '', extensions = ''] = match;
  return {
    authorizationId: unescapeName(authorizationId),
    bare,
    user: unescapeName(name),
    nonce,
    isToken: /(?:^|,)tokenauth=true(?:,|$)/i.test(extensions),
  };
}

export interface ClientFinalMessage {
  readonly withoutProof: string;
  readonly nonce: string;
  readonly proof: Buffer;
}

/** @throws SaslFailure */
export function parseClientFinal(message: Buffer): ClientFinalMessage {
  const match = CLIENT_FINAL.exec(message.toString('utf8'));
  if (!match) throw new SaslFailure('Invalid SCRAM client final message format');
  const [, withoutProof = '', nonce = '', proof = ''] = match;
  return { withoutProof, nonce, proof: Buffer.from(proof, 'base64') };
}

function unescapeName(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
