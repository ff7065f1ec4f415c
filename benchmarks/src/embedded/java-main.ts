import { parseArgs } from 'node:util';
import { Ground } from '../ground.js';
import { median } from '../statistics.js';
import { BrokerProcess } from './broker-process.js';
import { JavaPerformance, RECORD_BYTES, type ConsumerFigures, type ProducerFigures } from './java-performance.js';
import { machine, markdownTable, writePart } from './note.js';
import { usageOf } from './process-usage.js';

/*
 * Java's ProducerPerformance and ConsumerPerformance, on Apache Kafka and on the embedded broker in turn. The ratio of a
 * figure is the median of the rounds' ratios: it holds where the machine's speed drifts.
 */
const PARTITIONS = 6;
const LEAST_PRODUCER_RATIO = 1;
const LEAST_CONSUMER_RATIO = 0.7;

interface Side {
  readonly name: string;
  readonly brokers: readonly string[];
  readonly ground: Ground;
  readonly pids: readonly number[];
}

interface Round {
  readonly produced: ProducerFigures;
  readonly consumed: ConsumerFigures;
  /** Of the broker, for one GB written and read; undefined if its process is not known. Seconds. */
  readonly cpuSeconds: number | undefined;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    records: { type: 'string', default: '400000' },
    out: { type: 'string', default: '' },
    /** Where to put V8's profile of the embedded broker. */
    'cpu-prof': { type: 'string', default: '' },
  },
});
const kafka = process.env['KAFKA_BROKERS']?.split(',');
const faults = [
  ...(kafka ? [] : ['KAFKA_BROKERS is not set: run `npm run bench:java`, which starts Apache Kafka']),
  ...(process.env['JAVA_TOOLS'] ? [] : ['JAVA_TOOLS is not set: run `npm run bench:java`, which finds Java']),
  ...(['rounds', 'records'] as const).flatMap(name =>
    /^[1-9]\d*$/.test(values[name]) ? [] : [`--${name} takes a number from 1 on, not "${values[name]}"`],
  ),
];
if (kafka === undefined || faults.length > 0) {
  process.stderr.write(`${faults.map(fault => `${fault}.`).join('\n')}\n`);
  process.exit(1);
}
const rounds = Number(values.rounds);
const records = Number(values.records);
const java = new JavaPerformance(JSON.parse(process.env['JAVA_TOOLS'] ?? '[]') as string[]);
const profile = values['cpu-prof'];
const embedded = await BrokerProcess.start({}, profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]);
const run = Date.now().toString(36);

const sides: readonly [Side, Side] = [
  {
    name: 'Apache Kafka',
    brokers: kafka,
    ground: await Ground.open(kafka),
    pids: (process.env['KAFKA_PIDS'] ?? '').split(',').filter(Boolean).map(Number),
  },
  {
    name: 'embedded',
    brokers: embedded.brokers,
    ground: await Ground.open([...embedded.brokers]),
    pids: [embedded.pid],
  },
];

async function play({ name, brokers, ground, pids }: Side, round: number): Promise<Round> {
  const topic = `bench-java-${run}-${round}`;
  await ground.createTopics([{ topic, partitions: PARTITIONS }]);
  try {
    const before = pids.length > 0 ? usageOf(pids) : undefined;
    const produced = await java.produce(brokers.join(','), topic, records);
    const consumed = await java.consume(brokers.join(','), topic, records);
    const after = before && usageOf(pids);
    const gigabytes = (records * RECORD_BYTES) / 1e9;
    const cpuSeconds = before && after && (after.cpuSeconds - before.cpuSeconds) / gigabytes;
    process.stderr.write(
      `round ${round} · ${name}: produced ${produced.megabytesPerSecond} MB/s (p99 ${produced.p99LatencyMs} ms), consumed ${consumed.fetchedMegabytesPerSecond.toFixed(0)} MB/s${cpuSeconds === undefined ? '' : `, ${cpuSeconds.toFixed(2)} s of CPU a GB, ${after?.rssMegabytes.toFixed(0)} MB RSS`}\n`,
    );
    return { produced, consumed, cpuSeconds };
  } finally {
    await ground.deleteTopics([topic]);
  }
}

const pairs: (readonly [Round, Round])[] = [];
try {
  // Compiled code and warm caches are what is compared; Apache Kafka needs longer for it.
  for (const side of sides) await play(side, 0);
  for (let round = 1; round <= rounds; round++) {
    if (round % 2 === 1) pairs.push([await play(sides[0], round), await play(sides[1], round)]);
    else {
      const ours = await play(sides[1], round);
      pairs.push([await play(sides[0], round), ours]);
    }
  }
} finally {
  await embedded.stop();
}

function row(title: string, read: (round: Round) => number, digits: number, isRatio: boolean): string[] {
  const [theirs, ours] = [0, 1].map(side => median(pairs.map(pair => read(pair[side]!)))) as [number, number];
  const ratios = pairs.map(([theirRound, ourRound]) => read(ourRound) / read(theirRound));
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  const ratio = isRatio ? `**${median(ratios).toFixed(2)} ×** (${low.toFixed(2)}–${high.toFixed(2)})` : '';
  return [title, theirs.toFixed(digits), ours.toFixed(digits), ratio];
}

const producerRow = row('ProducerPerformance, MB/s', each => each.produced.megabytesPerSecond, 1, true);
const consumerRow = row(
  'ConsumerPerformance, MB/s while fetching',
  each => each.consumed.fetchedMegabytesPerSecond,
  0,
  true,
);
const table = markdownTable(
  ['Java 4.1.1 client', 'Apache Kafka', 'embedded', 'embedded is (rounds)'],
  [
    producerRow,
    row('· its average latency, ms', each => each.produced.averageLatencyMs, 0, false),
    row('· its p99 latency, ms', each => each.produced.p99LatencyMs, 0, false),
    consumerRow,
    row('· with joining its group, MB/s', each => each.consumed.megabytesPerSecond, 0, true),
    ...(pairs.every(pair => pair.every(({ cpuSeconds }) => cpuSeconds !== undefined))
      ? [row("the broker's CPU, s a GB written and read", each => each.cpuSeconds ?? NaN, 2, false)]
      : []),
  ],
);
const ratioOf = (read: (round: Round) => number): number => median(pairs.map(([a, b]) => read(b) / read(a)));
const verdicts = [
  [ratioOf(each => each.produced.megabytesPerSecond) >= LEAST_PRODUCER_RATIO, `producer ≥ ${LEAST_PRODUCER_RATIO} ×`],
  [
    ratioOf(each => each.consumed.fetchedMegabytesPerSecond) >= LEAST_CONSUMER_RATIO,
    `consumer ≥ ${LEAST_CONSUMER_RATIO} ×`,
  ],
] as const;
const facts = `${records.toLocaleString('en-US')} records of ${RECORD_BYTES} bytes a round, batches of 64 KiB, ${PARTITIONS} partitions, all other settings the tools' defaults; ${rounds} rounds in turn after one to get warm, each broker alone in its process (Apache Kafka on disk, the embedded one in memory). ${machine()}`;
const aims = verdicts.map(([isMet, aim]) => `${aim}: ${isMet ? 'met' : 'missed'}`).join('; ');
process.stdout.write(`\n${facts}\n\n${table}\n\nAims: ${aims}.\n`);
if (values.out) writePart(values.out, "Java's own performance tools", `${facts}\n\n${table}\n\nAims: ${aims}.`);
if (!verdicts.every(([isMet]) => isMet)) process.exitCode = 1;
