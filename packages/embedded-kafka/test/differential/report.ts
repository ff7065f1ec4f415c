import type { FoundDifference } from './listed-difference.js';
import type { Json } from './transcript.js';

const show = (value: Json | undefined): string => {
  const text = value === undefined ? '(not there)' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
};

/** Differences for a person to read: those that are alike in several versions are told once. */
export function report(found: readonly FoundDifference[]): string[] {
  const versionsByText = new Map<string, number[]>();
  for (const { conversation, at, kafka, ours, version } of found) {
    const text = `${conversation} > ${at}\n    Kafka ${show(kafka)}\n    ours  ${show(ours)}`;
    versionsByText.set(text, [...(versionsByText.get(text) ?? []), version]);
  }
  return Array.from(versionsByText, ([text, versions]) => `v${versions.sort((a, b) => a - b).join(',')} ${text}`);
}
