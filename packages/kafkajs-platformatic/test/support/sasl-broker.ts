import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { Writer } from '@platformatic/kafka';
import { type Answer, metadataV1, ScriptedBroker } from './scripted-broker.js';

const METADATA = 3;
const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const UNSUPPORTED_SASL_MECHANISM = 33;

export interface SaslScript {
  /** What the broker has; any other mechanism is refused. */
  readonly mechanisms: readonly string[];
  /** The answer to one message of the client, whose place is `step`; `honest` is what a server says that knows the password. */
  readonly answer?: (message: string, step: number, honest: string) => string;
  /** Milliseconds; 0 (the default): for ever. */
  readonly sessionLifetime?: bigint;
}

export interface SaslBroker {
  readonly broker: ScriptedBroker;
  /** Everything that clients sent, as text of which each character is a byte. */
  readonly received: string[];
  /** Messages of SASL exchanges. */
  readonly messages: string[];
}

/** A broker that goes through SASL exchanges the way a test wants it to. */
export async function startSaslBroker(password: string, script: SaslScript): Promise<SaslBroker> {
  const received: string[] = [];
  const messages: string[] = [];
  let step = 0;
  let scram = new ScramServer(password);
  const broker: ScriptedBroker = await ScriptedBroker.start(
    new Map<number, { version: number; answer: Answer }>([
      [METADATA, { version: 1, answer: () => metadataV1(broker.port, []) }],
      [
        SASL_HANDSHAKE,
        {
          version: 1,
          answer: (_head, frame) => {
            received.push(frame.toString('latin1'));
            step = 0;
            scram = new ScramServer(password);
            const wanted = frame.toString('latin1', 16 + frame.readInt16BE(12));
            const isKnown = script.mechanisms.includes(wanted);
            return Writer.create()
              .appendInt16(isKnown ? 0 : UNSUPPORTED_SASL_MECHANISM)
              .appendArray([...script.mechanisms], (w, name) => w.appendString(name, false), false, false);
          },
        },
      ],
      [
        SASL_AUTHENTICATE,
        {
          version: 1,
          answer: (_head, frame) => {
            received.push(frame.toString('latin1'));
            const message = frame.toString('latin1', 18 + frame.readInt16BE(12));
            messages.push(message);
            const honest = scram.answer(message);
            const bytes = script.answer?.(message, step, honest) ?? honest;
            step++;
            return Writer.create()
              .appendInt16(0)
              .appendString(null, false)
              .appendBytes(Buffer.from(bytes), false)
              .appendInt64(script.sessionLifetime ?? 0n);
          },
        },
      ],
    ]),
  );
  return { broker, received, messages };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), for whoever has the password. */
class ScramServer {
  readonly #salted: Buffer;
  readonly #salt = Buffer.from('salt of the test');
  #first = '';
  #challenge = '';

  constructor(password: string) {
    this.#salted = pbkdf2Sync(password, this.#salt, 4096, 32, 'sha256');
  }

  answer(message: string): string {
    if (message.startsWith('n,,')) {
      this.#first = message.slice(3);
      const nonce = /r=([^,]+)/.exec(message)?.[1] ?? '';
      this.#challenge = `r=${nonce}server,s=${this.#salt.toString('base64')},i=4096`;
      return this.#challenge;
    }
    const [withoutProof = '', proof = ''] = message.split(',p=');
    const exchange = [this.#first, this.#challenge, withoutProof].join(',');
    const clientKey = hmac(this.#salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), exchange);
    const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] as number)));
    return expected.toString('base64') === proof
      ? `v=${hmac(hmac(this.#salted, 'Server Key'), exchange).toString('base64')}`
      : 'e=invalid-proof';
  }
}
