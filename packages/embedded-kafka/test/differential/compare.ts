import type { Conversation } from './conversation.js';
import { compareTranscripts } from './differ.js';
import type { FoundDifference } from './listed-difference.js';
import type { Transcript } from './transcript.js';

/** Compares what was seen of one conversation in each of the versions that both sides have. */
export function compare(
  file: string,
  { title }: Conversation,
  kafka: ReadonlyMap<number, Transcript>,
  ours: ReadonlyMap<number, Transcript>,
): FoundDifference[] {
  return [...kafka].flatMap(([version, transcript]) => {
    const other = ours.get(version);
    if (!other) return [];
    return compareTranscripts(transcript, other).map(difference => ({
      file,
      conversation: title,
      version,
      ...difference,
    }));
  });
}
