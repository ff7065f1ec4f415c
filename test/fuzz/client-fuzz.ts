import { randomOfCase } from '../../packages/embedded-kafka/test/fuzz/fuzz-frames.js';
import { mutate, noise } from '../../packages/embedded-kafka/test/fuzz/mutation.js';
import { byteReaders, type ByteReader } from './byte-readers.js';
import { ConnectionTarget } from './connection-target.js';
import { GeneratedBodies } from './generated-bodies.js';
import { recordFrames } from './recorded-frames.js';
import { responseDecoders } from './response-decoders.js';

export interface ClientFuzzResult {
  readonly cases: number;
  readonly seconds: number;
  readonly decoders: number;
  /** Cases that were read to the end, damaged as they were. */
  readonly answered: number;
  readonly refused: number;
  /** Connections that gave up, as they should, because of what they had to read. */
  readonly connections: number;
  readonly maxRssBytes: number;
  /** What must not happen: anything but an answer or an error, a case that takes too long. */
  readonly failures: readonly string[];
  /** Decoders that had nothing to start from, so that only random bytes were tried. */
  readonly withoutSeeds: readonly string[];
}

/** Generous: other programs run, too. */
const SLOW_MS = 2_000;
/** Of the cases that start from what a broker sent; the others are bytes at random. */
const MUTATED = 0.85;
/** Of the cases that go through a connection of the client, from a socket's bytes to the settled request. */
const ON_CONNECTIONS = 0.2;
const MAX_FAILURES = 20;
const CASES_BETWEEN_ROUNDS = 5_000;

/** Random and mutated answers for all of our code that reads what brokers and other clients wrote. */
export async function fuzzClients(seed: number, cases: number): Promise<ClientFuzzResult> {
  const frames = await recordFrames();
  const decoders = responseDecoders();
  const generated = new GeneratedBodies();
  const readers: ByteReader[] = [
    ...decoders.map(({ name, apiKey, apiVersion, decode }) => ({
      name,
      seeds: [
        ...frames.filter(frame => frame.apiKey === apiKey && frame.apiVersion === apiVersion).map(({ body }) => body),
        ...generated.of(apiKey, apiVersion),
      ],
      read: decode,
    })),
    ...(await byteReaders()),
  ];
  const target = new ConnectionTarget(decoders);
  const failures: string[] = [];
  const counts = { answered: 0, refused: 0, maxRssBytes: 0 };
  const startedAt = performance.now();
  // Nearly every case throws, and nobody reads where.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let next = 0;
  for (; next < cases && failures.length < MAX_FAILURES; next++) {
    const random = randomOfCase(seed, next);
    const reader = readers[next % readers.length] as ByteReader;
    const bytes = inputOf(reader, random);
    const isOnConnection = next % readers.length < decoders.length && random() < ON_CONNECTIONS;
    const before = performance.now();
    let complaint: string | undefined;
    try {
      if (isOnConnection) {
        target.answer(next % readers.length, bytes, random);
      } else {
        reader.read(bytes);
      }
      counts.answered++;
    } catch (error) {
      // An answer that says no is an answer.
      counts[error instanceof Error && 'response' in error ? 'answered' : 'refused']++;
      if (!(error instanceof Error)) {
        complaint = `threw ${String(error)}`;
      } else if (error.name === 'UnsettledError') {
        complaint = error.message;
      }
    }
    const took = performance.now() - before;
    // Another program may have had the processor meanwhile; what is slow by itself is slow again.
    if (took > SLOW_MS && timeOf(reader, bytes) > SLOW_MS) {
      complaint = `took ${Math.round(took)} ms, and as long again`;
    }
    if (complaint !== undefined) {
      failures.push(`case ${next} of seed ${seed}, ${reader.name}: ${complaint} for ${hex(bytes)}`);
    }
    if (next % CASES_BETWEEN_ROUNDS === 0) {
      counts.maxRssBytes = Math.max(counts.maxRssBytes, process.memoryUsage.rss());
      // So that a worker that is asked whether it lives can answer.
      await new Promise(resolve => setImmediate(resolve));
    }
  }
  Error.stackTraceLimit = stackTraceLimit;
  const seconds = (performance.now() - startedAt) / 1_000;
  target.close();
  return {
    cases: next,
    seconds,
    decoders: readers.length,
    ...counts,
    connections: target.ended,
    failures,
    withoutSeeds: readers.filter(({ seeds }) => seeds.length === 0).map(({ name }) => name),
  };
}

function inputOf({ seeds }: ByteReader, random: () => number): Buffer {
  const start = seeds[Math.floor(random() * seeds.length)];
  return start !== undefined && random() < MUTATED ? mutate(start, random) : noise(Math.floor(random() * 200), random);
}

function timeOf(reader: ByteReader, bytes: Buffer): number {
  const before = performance.now();
  try {
    reader.read(bytes);
  } catch {
    // It has been seen how it ends.
  }
  return performance.now() - before;
}

function hex(bytes: Buffer): string {
  return bytes.length > 1_000 ? `${bytes.toString('hex', 0, 1_000)}... (${bytes.length} bytes)` : bytes.toString('hex');
}
