import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedDifferences } from '../differential/accepted-differences.js';
import { compare } from '../differential/compare.js';
import { versionsOf } from '../differential/conversation.js';
import { conversationFiles } from '../differential/conversations/index.js';
import { startEmbeddedGround, type EmbeddedGround } from '../differential/embedded-ground.js';
import { singleNodeKafka, type KafkaGround } from '../differential/kafka-ground.js';
import { DifferenceLists } from '../differential/listed-difference.js';
import { openDifferences } from '../differential/open-differences.js';
import { playAll } from '../differential/play.js';
import { readRecording, writeRecording } from '../differential/recording.js';
import { repeatedDifferences } from '../differential/repeated-differences.js';
import { report } from '../differential/report.js';
import type { Transcript } from '../differential/transcript.js';

const isRecording = process.env['EMBEDDED_KAFKA_RECORD'] === '1';

describe('Apache Kafka and the embedded broker, asked the same', () => {
  const lists = new DifferenceLists([...acceptedDifferences, ...openDifferences]);
  let kafka: KafkaGround;
  let embedded: EmbeddedGround;

  beforeAll(async () => {
    [kafka, embedded] = await Promise.all([singleNodeKafka(), startEmbeddedGround()]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([kafka[Symbol.asyncDispose](), embedded[Symbol.asyncDispose]()]);
  });

  for (const [file, conversations] of conversationFiles) {
    describe(`${file}`, () => {
      const recording = isRecording ? undefined : readRecording(file);
      const fresh = new Map<string, Map<number, Transcript>>();

      for (const conversation of conversations) {
        it(`${conversation.title}: answered alike, and as recorded`, { timeout: 120_000 }, async () => {
          const versions = versionsOf(conversation, kafka.ground);
          if (recording === undefined) {
            fresh.set(conversation.title, await playAll(conversation, versions, kafka.ground));
            return;
          }
          const recorded = recording.get(conversation.title) ?? new Map<never, never>();
          const served = new Set(versionsOf(conversation, embedded.ground));
          const found = await repeatedDifferences(versions, async asked => {
            const theirs = await playAll(conversation, asked, kafka.ground);
            const ours = await playAll(
              conversation,
              asked.filter(version => served.has(version)),
              embedded.ground,
            );
            return [
              ...lists.unlisted(compare(file, conversation, theirs, ours)),
              ...compare(file, { ...conversation, title: `${conversation.title} (drift)` }, recorded, theirs),
            ];
          });
          expect(report(found).join('\n')).toBe('');
        });
      }

      it('has a recording of each conversation and no other', () => {
        if (recording === undefined) writeRecording(file, fresh);
        const titles = conversations.map(({ title }) => title).sort();
        expect([...(recording ?? readRecording(file)).keys()].sort()).toEqual(titles);
      });
    });
  }

  it.skipIf(isRecording)('still differs wherever it is listed to differ', () => {
    expect(lists.stale).toEqual([]);
  });
});
