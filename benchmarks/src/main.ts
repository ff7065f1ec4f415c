import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { allCases, growthCases } from './cases/all.js';
import type { Case } from './cases/case.js';
import { EmbeddedGround } from './embedded-ground.js';
import { Ground } from './ground.js';
import type { Result } from './process/protocol.js';
import { compare, type Comparison, type Pair } from './report/comparison.js';
import { toMarkdown } from './report/markdown.js';
import { toSvg } from './report/chart.js';
import { builtInAndOurs, engineAndOurs, kafkaAndEmbedded, type Side, type Sides } from './sides.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    /** The case of this title, else those whose titles contain it; may be given several times. */
    only: { type: 'string', multiple: true, default: [] },
    /** What ours is compared with: `built-in` or `engine`. */
    against: { type: 'string', default: 'built-in' },
    /** `kafka`, or `embedded`: the embedded broker beside Apache Kafka, both with our client. */
    ground: { type: 'string', default: 'kafka' },
    growth: { type: 'boolean', default: false },
    out: { type: 'string', default: '' },
    chart: { type: 'string', default: '' },
  },
});

const kafka = process.env['KAFKA_BROKERS']?.split(',');
const faults = [
  ...(kafka ? [] : ['KAFKA_BROKERS is not set: run `npm run bench`, which starts Apache Kafka, or name brokers in it']),
  ...(/^[1-9]\d*$/.test(values.rounds) ? [] : [`--rounds takes a number from 1 on, not "${values.rounds}"`]),
  ...(['built-in', 'engine'].includes(values.against)
    ? []
    : [`--against takes built-in or engine, not "${values.against}"`]),
  ...(['kafka', 'embedded'].includes(values.ground)
    ? []
    : [`--ground takes kafka or embedded, not "${values.ground}"`]),
];
const isEngine = values.against === 'engine';
const offered = (values.growth ? growthCases : allCases).filter(({ forEngine }) => forEngine || !isEngine);
const chosen = values.only.map(text => {
  const exact = offered.filter(({ title }) => title === text);
  return exact.length > 0 ? exact : offered.filter(({ title }) => title.includes(text));
});
faults.push(
  ...values.only.filter((_, i) => chosen[i]?.length === 0).map(text => `--only "${text}" is in no case's title`),
);
const cases = values.only.length === 0 ? offered : offered.filter(contest => chosen.flat().includes(contest));
if (kafka === undefined || faults.length > 0) {
  process.stderr.write(`${faults.map(fault => `${fault}.`).join('\n')}\n`);
  process.exit(1);
}

const embedded = values.ground === 'embedded' ? await EmbeddedGround.start() : undefined;
const sides: Sides = embedded
  ? kafkaAndEmbedded(kafka, embedded.brokers)
  : isEngine
    ? engineAndOurs(kafka)
    : builtInAndOurs(kafka);
const grounds = new Map<Side, Ground>();
for (const side of sides) {
  grounds.set(side, await Ground.open(side.brokers));
}
const run = Date.now().toString(36);

async function play(contest: Case, side: Side, place: string): Promise<Result> {
  const ground = grounds.get(side)!;
  const topics: string[] = [];
  try {
    const result = await contest.run({
      contestant: side.contestant,
      brokers: side.brokers,
      name: `bench-${run}-${place}-${side.contestant}`,
      createTopics: async created => {
        topics.push(...created.map(({ topic }) => topic));
        await ground.createTopics(created);
      },
      fill: (topic, messages, bytes, keys) => ground.fill(topic, messages, bytes, keys),
    });
    const figures = contest.figures.map(({ read, unit, name = '' }) => `${name} ${read(result).toFixed(2)} ${unit}`);
    process.stderr.write(`${contest.title} · ${place} · ${side.name}: ${figures.join(', ')}\n`);
    return result;
  } finally {
    // The topics of a long run would otherwise fill the disk, and the broker's caches for those that follow.
    await ground.deleteTopics(topics);
  }
}

async function contend(contest: Case, index: number): Promise<Comparison[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const place = `${index}-${round}`;
    // The order alternates, so that neither side always meets the warmer broker.
    if (round % 2 === 0) {
      const baseline = await play(contest, sides[0], place);
      pairs.push([baseline, await play(contest, sides[1], place)]);
    } else {
      const ours = await play(contest, sides[1], place);
      pairs.push([await play(contest, sides[0], place), ours]);
    }
  }
  return compare(contest, pairs);
}

const facts = [
  `${values.rounds} round${values.rounds === '1' ? '' : 's'} a case, Node ${process.version}, ${cpus().length} cores, ${kafka.length} broker${kafka.length === 1 ? '' : 's'}.`,
  ...(embedded
    ? [
        `The embedded broker's start: ${embedded.startMilliseconds.toFixed(0)} ms within its process, ${embedded.firstProduceMilliseconds.toFixed(0)} ms from a cold process to the first produce acknowledged.`,
      ]
    : []),
].join(' ');

/** After each case: a run that is ended early has recorded what it measured. */
async function record(comparisons: readonly Comparison[]): Promise<string> {
  const table = toMarkdown([...comparisons], sides);
  if (values.out) {
    await writeFile(values.out, `# Results of the last recorded run\n\n${facts}\n\n${table}`);
  }
  if (values.chart) {
    await writeFile(values.chart, toSvg([...comparisons], sides));
  }
  return table;
}

const comparisons: Comparison[] = [];
let table = '';
for (const [index, contest] of cases.entries()) {
  comparisons.push(...(await contend(contest, index)));
  table = await record(comparisons);
}
process.stdout.write(`\n${facts}\n\n${table}\n`);
await embedded?.stop();
