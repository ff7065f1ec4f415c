import { parseArgs } from 'node:util';
import { measureCycles, measureSmallProduce } from './measures/in-process.js';
import { measureManyTopics } from './measures/many-topics.js';
import type { Finding, Measure } from './measures/measure.js';
import { measureRetention } from './measures/retention.js';
import { measureStart } from './measures/start.js';
import { machine, markdownTable, writePart } from './note.js';

/* What the embedded broker costs: its start, its size, its idling. Exits with 1 if an aim is missed. */
const measures: ReadonlyMap<string, Measure> = new Map([
  ['start', measureStart],
  ['produce', measureSmallProduce],
  ['cycles', measureCycles],
  ['topics', measureManyTopics],
  ['retention', measureRetention],
]);

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, out: { type: 'string', default: '' } },
});
const unknown = values.only.filter(name => !measures.has(name));
if (unknown.length > 0) {
  process.stderr.write(`--only takes ${[...measures.keys()].join(', ')}, not ${unknown.join(', ')}.\n`);
  process.exit(1);
}

const findings: Finding[] = [];
for (const [name, measure] of measures) {
  if (values.only.length > 0 && !values.only.includes(name)) continue;
  const found = await measure();
  for (const { title, value, aim } of found) process.stderr.write(`${title}: ${value}${aim && ` (${aim})`}\n`);
  findings.push(...found);
}

const verdict = ({ aim, isMet }: Finding): string =>
  isMet === undefined ? aim : `${aim}: ${isMet ? 'met' : 'missed'}`;
const table = markdownTable(
  ['', 'measured', 'aim'],
  findings.map(finding => [finding.title, finding.value, verdict(finding)]),
);
process.stdout.write(`\n${machine()}\n\n${table}\n`);
if (values.out) writePart(values.out, 'Start, size and idling', `${machine()}\n\n${table}`);
if (findings.some(({ isMet }) => isMet === false)) process.exitCode = 1;
