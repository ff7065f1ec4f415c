import { cpus } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { backlogCase } from './cases/backlog.js';
import type { Case } from './cases/case.js';
import { emitCase } from './cases/emit.js';
import { requestReplyCase } from './cases/request-reply.js';
import { contestantNames, type ContestantName } from './contestants.js';
import { Ground } from './ground.js';
import type { Result } from './process/protocol.js';
import { compare, type Comparison } from './report/comparison.js';
import { toMarkdown } from './report/markdown.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: '' },
  },
});

const cases: Case[] = [
  emitCase(1, 2_000),
  emitCase(256, 20_000),
  requestReplyCase(1, 500),
  requestReplyCase(64, 5_000),
  backlogCase(100_000),
].filter(({ title }) => title.includes(values.only));

const brokers = process.env['KAFKA_BROKERS']?.split(',');
if (!brokers) {
  throw new Error('KAFKA_BROKERS is not set. Run `npm run bench`, which starts Apache Kafka, or name brokers in it.');
}

const ground = await Ground.open(brokers);
const run = Date.now().toString(36);
const comparisons: Comparison[] = [];

for (const [index, contest] of cases.entries()) {
  const rounds: Record<ContestantName, Result>[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const results: Partial<Record<ContestantName, Result>> = {};
    // The order alternates, so that neither contestant always meets the warmer broker.
    const order = round % 2 === 0 ? contestantNames : contestantNames.toReversed();
    for (const contestant of order) {
      const result = await contest.run(contestant, {
        brokers,
        name: `bench-${run}-${index}-${round}-${contestant}`,
        createTopics: topics => ground.createTopics(topics),
        fill: (topic, messages, bytes) => ground.fill(topic, messages, bytes),
      });
      results[contestant] = result;
      process.stderr.write(
        `${contest.title} · round ${round + 1} · ${contestant}: ${contest.figure.read(result).toFixed(2)} ${contest.figure.unit}\n`,
      );
    }
    rounds.push(results as Record<ContestantName, Result>);
  }
  comparisons.push(compare({ case: contest, rounds }));
}

const table = toMarkdown(comparisons);
const machine = `${values.rounds} rounds a case, Node ${process.version}, ${cpus().length} cores, ${brokers.length} broker(s).`;
process.stdout.write(`\n${machine}\n\n${table}\n`);
if (values.out) {
  await writeFile(values.out, `${machine}\n\n${table}`);
}
