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
      const fresh = new Map<string, Map<number, Transcript>>();

      for (const conversation of conversations) {
        it(`${conversation.title}: answered alike`, { timeout: 120_000 }, async () => {
          const theirs = await playAll(conversation, versionsOf(conversation, kafka.ground), kafka.ground);
          fresh.set(conversation.title, theirs);
          if (isRecording) return;
          const ours = await playAll(conversation, versionsOf(conversation, embedded.ground), embedded.ground);
          expect(report(lists.unlisted(compare(file, conversation, theirs, ours))).join('\n')).toBe('');
        });
      }

      it('is recorded as Apache Kafka answers today', () => {
        if (isRecording) writeRecording(file, fresh);
        const recording = readRecording(file);
        const drift = conversations.flatMap(conversation =>
          compare(
            file,
            conversation,
            recording.get(conversation.title) ?? new Map<never, never>(),
            fresh.get(conversation.title) ?? new Map<never, never>(),
          ),
        );
        expect(report(drift).join('\n')).toBe('');
        expect([...recording.keys()].sort()).toEqual([...fresh.keys()].sort());
      });
    });
  }

  it.skipIf(isRecording)('still differs wherever it is listed to differ', () => {
    expect(lists.stale).toEqual([]);
  });
});
