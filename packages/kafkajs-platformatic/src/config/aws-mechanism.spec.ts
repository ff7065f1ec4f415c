import { Writer } from '@platformatic/kafka';
import { afterEach, describe, expect, it } from 'vitest';
import { quickConfig } from '../../test/support/clients.js';
import { metadataV1, ScriptedBroker } from '../../test/support/scripted-broker.js';
import { Cluster } from '../cluster/cluster.js';

const METADATA = 3;
const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const SASL_AUTHENTICATION_FAILED = 58;
const sasl = {
  mechanism: 'aws',
  authorizationIdentity: 'UserId',
  accessKeyId: 'AKIA',
  secretAccessKey: 'hush',
  sessionToken: 'session',
} as const;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

/** A broker with the mechanism; keeps what it was sent. */
async function awsBroker(errorCode: number): Promise<{ brokers: string[]; frames: Buffer[] }> {
  const frames: Buffer[] = [];
  const broker = await ScriptedBroker.start(
    new Map([
      [METADATA, { version: 1, answer: () => metadataV1(broker.port, []) }],
      [
        SASL_HANDSHAKE,
        {
          version: 1,
          answer: () =>
            Writer.create()
              .appendInt16(0)
              .appendArray(['AWS'], (w, name) => w.appendString(name, false), false, false),
        },
      ],
      [
        SASL_AUTHENTICATE,
        {
          version: 0,
          answer: (_head: unknown, frame: Buffer) => {
            frames.push(frame);
            return Writer.create()
              .appendInt16(errorCode)
              .appendString(errorCode === 0 ? null : 'no such user', false)
              .appendBytes(Buffer.alloc(0), false);
          },
        },
      ],
    ]),
  );
  cleanups.push(() => broker.stop());
  return { brokers: broker.brokers, frames };
}

async function connect(brokers: string[]): Promise<void> {
  const cluster = new Cluster(quickConfig(brokers, { sasl, retry: { retries: 0 } }));
  cleanups.push(() => cluster.disconnect());
  await cluster.connect();
}

describe('The mechanism AWS', () => {
  it('sends the four parts with a zero byte between them', async () => {
    const { brokers, frames } = await awsBroker(0);
    await connect(brokers);
    const sent = Buffer.from(['UserId', 'AKIA', 'hush', 'session'].join('\0'));
    for (const frame of frames) {
      expect(frame.subarray(-sent.length)).toEqual(sent);
      expect(frame.readInt32BE(frame.length - sent.length - 4)).toBe(sent.length);
    }
    expect(frames.length).toBeGreaterThan(0);
  });

  it('that is refused is an authentication error without the secrets', async () => {
    const { brokers } = await awsBroker(SASL_AUTHENTICATION_FAILED);
    const error: unknown = await connect(brokers).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'KafkaJSSASLAuthenticationError',
      message: expect.stringMatching(/failed: no such user\. Check the mechanism/),
    });
    expect((error as Error).message).not.toMatch(/hush|session|AKIA/);
  });
});
