import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedDifferences } from './accepted-differences.js';
import { compare } from './compare.js';
import { versionsOf } from './conversation.js';
import { conversationFiles } from './conversations/index.js';
import { startEmbeddedGround, type EmbeddedGround } from './embedded-ground.js';
import { DifferenceLists } from './listed-difference.js';
import { openDifferences } from './open-differences.js';
import { playAll } from './play.js';
import { readRecording } from './recording.js';
import { report } from './report.js';

describe('The embedded broker answers as Apache Kafka 4.1.1 did when it was recorded', () => {
  const lists = new DifferenceLists([...acceptedDifferences, ...openDifferences]);
  let embedded: EmbeddedGround;

  beforeAll(async () => {
    embedded = await startEmbeddedGround();
  });
  afterAll(() => embedded[Symbol.asyncDispose]());

  for (const [file, conversations] of conversationFiles) {
    describe(`${file}`, () => {
      const recording = readRecording(file);

      it('has every conversation on record', () => {
        expect([...recording.keys()]).toEqual(conversations.map(({ title }) => title));
      });

      for (const conversation of conversations) {
        it(`${conversation.title}`, async () => {
          const kafka = recording.get(conversation.title) ?? new Map<never, never>();
          const versions = versionsOf(conversation, embedded.ground);
          expect(versions).toEqual([...kafka.keys()].sort((a, b) => a - b));
          const ours = await playAll(conversation, versions, embedded.ground);
          const unlisted = lists.unlisted(compare(file, conversation, kafka, ours));
          expect(report(unlisted).join('\n')).toBe('');
        });
      }
    });
  }

  it('still differs wherever it is listed to differ', () => {
    expect(lists.stale).toEqual([]);
  });
});
