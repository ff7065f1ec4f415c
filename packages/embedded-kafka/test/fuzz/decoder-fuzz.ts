import { subscribedTopics } from '../../src/group/consumer-subscription.js';
import { validateBatch } from '../../src/log/batch-validation.js';
import { RecordBatch } from '../../src/log/record-batch.js';
import { readRecords, UnreadableBatchError } from '../../src/log/record-reader.js';
import { MalformedMessageError } from '../../src/protocol/malformed-message-error.js';
import { Reader } from '../../src/protocol/reader.js';
import { SaslFailure } from '../../src/security/sasl/sasl-exchange.js';
import { parseClientFinal, parseClientFirst } from '../../src/security/sasl/scram-messages.js';
import { readUnsecuredJws } from '../../src/security/sasl/unsecured-jws.js';
import { buildBatch } from '../support/build-batch.js';
import { allTargets, randomBody, randomOfCase } from './fuzz-frames.js';
import { mutate } from './mutation.js';

export interface FuzzResult {
  readonly cases: number;
  readonly seconds: number;
  /** What must not happen: anything but a refusal, or a case that takes longer than `SLOW_MS`. */
  readonly failures: readonly string[];
}

/** Generous: other programs run, too. */
const SLOW_MS = 2_000;
/** Mutations of one message before the next: making one is dearer than reading it. */
const MUTATIONS = 50;
const MAX_FAILURES = 20;

const limits = {
  maxMessageBytes: 1_048_588,
  timestampAfterMaxMs: 3_600_000,
  timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
  requiresKeys: true,
  logAppendTime: false,
};

const isRefusal = (error: unknown): boolean =>
  error instanceof MalformedMessageError || error instanceof UnreadableBatchError || error instanceof SaslFailure;

const batch = buildBatch({ values: ['one', null, 'three'] });
const jws = Buffer.from('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSIsImV4cCI6OTk5OTk5OTk5OX0.');

/** Everything else that reads what a client sent. */
const otherDecoders: readonly (readonly [name: string, sample: Buffer, decode: (bytes: Buffer) => unknown])[] = [
  ['record batch', batch, bytes => validateBatch(bytes, limits, 2_000)],
  ['records', batch, bytes => bytes.length >= 61 && readRecords(new RecordBatch(bytes))],
  ['subscription', Buffer.from('0003000000020001610001620000000000000000ffffffff0001', 'hex'), subscribedTopics],
  ['SCRAM first', Buffer.from('n,a=alice,n=alice,r=abc,tokenauth=true'), parseClientFirst],
  ['SCRAM final', Buffer.from('c=biws,r=abcdef,p=dGVzdA=='), parseClientFinal],
  ['JWS', jws, bytes => readUnsecuredJws(bytes.toString('latin1'), 0)],
];

/** Reads mutated messages of every API and version, and mutated records, subscriptions and tokens, without a socket. */
export function fuzzDecoders(seed: number, cases: number): FuzzResult {
  const targets = allTargets();
  const failures: string[] = [];
  const startedAt = performance.now();
  const attempt = (name: string, index: number, bytes: Buffer, decode: (bytes: Buffer) => unknown): void => {
    const before = performance.now();
    try {
      decode(bytes);
    } catch (error) {
      if (!isRefusal(error) && failures.length < MAX_FAILURES) {
        failures.push(`case ${index} of seed ${seed}, ${name}: ${String(error)} for ${bytes.toString('hex')}`);
      }
    }
    const took = performance.now() - before;
    if (took > SLOW_MS) failures.push(`case ${index} of seed ${seed}, ${name}: took ${took} ms`);
  };
  // Nearly every case throws, and nobody reads where.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let done = 0;
  for (let round = 0; done < cases; round++) {
    const random = randomOfCase(seed, round);
    const isOther = round % 8 === 7;
    const target = targets[round % targets.length]!;
    const [name, sample, decode] = isOther
      ? otherDecoders[(round >> 3) % otherDecoders.length]!
      : ([
          `${target.codec.name} v${target.version}`,
          randomBody(target, random),
          (bytes: Buffer) => target.codec.request.read(new Reader(bytes), target.version),
        ] as const);
    for (let count = 0; count < MUTATIONS && done < cases; count++, done++) {
      attempt(name, round, mutate(sample, random), decode);
    }
  }
  Error.stackTraceLimit = stackTraceLimit;
  return { cases: done, seconds: (performance.now() - startedAt) / 1_000, failures };
}
