import { deleteTopicsCodec } from '../../src/protocol/generated/delete-topics.js';
import { asAnyCodec } from './any-codec.js';
import type { Conversation } from './conversation.js';
import { askOnce, type Ground } from './ground.js';
import { Normaliser } from './normaliser.js';
import { ConversationOver, Talk } from './talk.js';
import type { Transcript } from './transcript.js';

const run = Date.now().toString(36);
/** Most of the time is spent waiting for the other side. */
const PLAYED_AT_A_TIME = 10;
let plays = 0;

/** Plays one conversation in one version. */
export async function play({ api, play: perform }: Conversation, version: number, ground: Ground): Promise<Transcript> {
  const talk = new Talk(ground, api, version, new Normaliser(ground), `${run}-${String(++plays).padStart(5, '0')}`);
  try {
    await perform(talk);
  } catch (error) {
    if (!(error instanceof ConversationOver)) throw error;
  } finally {
    talk.end();
    await tidy(talk);
  }
  return talk.transcript;
}

/** Plays it in each of the versions at about the same time. */
export async function playAll(
  conversation: Conversation,
  versions: readonly number[],
  ground: Ground,
): Promise<Map<number, Transcript>> {
  const transcripts = new Map<number, Transcript>();
  const left = [...versions];
  const worker = async (): Promise<void> => {
    for (let version = left.shift(); version !== undefined; version = left.shift()) {
      transcripts.set(version, await play(conversation, version, ground));
    }
  };
  await Promise.all(Array.from({ length: PLAYED_AT_A_TIME }, worker));
  return transcripts;
}

/** The ground may be shared, and topics cost it files: none of ours is left behind. */
async function tidy({ ground, namesGiven }: Talk): Promise<void> {
  if (namesGiven.length === 0) return;
  const topics = namesGiven.map(name => ({ name, topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }));
  const codec = asAnyCodec(deleteTopicsCodec);
  await askOnce(ground, codec, codec.maxVersion, { topics, timeoutMs: 10_000 });
}
