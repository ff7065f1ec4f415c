import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Observation, Transcript } from './transcript.js';

/** A file's conversations by title, each by version. */
export type Recording = ReadonlyMap<string, ReadonlyMap<number, Transcript>>;

/** One line of a recording file: what a step was answered, by ranges of versions that were answered alike. */
interface Line {
  readonly conversation: string;
  readonly step: string;
  readonly answers: Readonly<Record<string, Observation>>;
}

const pathOf = (file: string): string => fileURLToPath(new URL(`recordings/${file}.jsonl`, import.meta.url));

/** `3-5,7` */
function rangesOf(versions: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const version of versions) {
    const last = ranges.at(-1);
    if (last && last[1] === version - 1) last[1] = version;
    else ranges.push([version, version]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

function versionsIn(ranges: string): number[] {
  return ranges.split(',').flatMap(range => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function lineOf(conversation: string, step: string, transcripts: ReadonlyMap<number, Transcript>): Line {
  const versionsByAnswer = new Map<string, number[]>();
  for (const [version, transcript] of [...transcripts].sort(([a], [b]) => a - b)) {
    const observation = transcript[step];
    if (observation === undefined) continue;
    const answer = JSON.stringify(observation);
    const versions = versionsByAnswer.get(answer);
    if (versions) versions.push(version);
    else versionsByAnswer.set(answer, [version]);
  }
  const answers = Array.from(versionsByAnswer, ([answer, versions]) => [
    rangesOf(versions),
    JSON.parse(answer) as Observation,
  ]);
  return { conversation, step, answers: Object.fromEntries(answers) as Line['answers'] };
}

export function recordingLines(recording: Recording): string {
  const lines = Array.from(recording, ([conversation, transcripts]) => {
    // The lowest version first, so that the order of lines does not depend on which version was done first.
    const byVersion = [...transcripts].sort(([left], [right]) => left - right);
    const steps = new Set(byVersion.flatMap(([, transcript]) => Object.keys(transcript)));
    return Array.from(steps, step => lineOf(conversation, step, transcripts));
  }).flat();
  return lines.map(line => `${JSON.stringify(line)}\n`).join('');
}

export function writeRecording(file: string, recording: Recording): void {
  writeFileSync(pathOf(file), recordingLines(recording));
}

/** @throws Error if the file was never recorded */
export function readRecording(file: string): Recording {
  const path = pathOf(file);
  if (!existsSync(path)) {
    throw new Error(`${file} has no recording: run packages/embedded-kafka/test/differential/record.mjs`);
  }
  return parseRecording(readFileSync(path, 'utf8'));
}

export function parseRecording(lines: string): Recording {
  const recording = new Map<string, Map<number, Transcript>>();
  for (const text of lines.split('\n')) {
    if (text === '') continue;
    const { conversation, step, answers } = JSON.parse(text) as Line;
    let transcripts = recording.get(conversation);
    if (!transcripts) recording.set(conversation, (transcripts = new Map<number, Transcript>()));
    for (const [ranges, observation] of Object.entries(answers)) {
      for (const version of versionsIn(ranges)) {
        const transcript = transcripts.get(version) ?? {};
        transcripts.set(version, transcript);
        transcript[step] = observation;
      }
    }
  }
  return recording;
}
