// Extracts the facts of Apache Kafka's message definitions into src/protocol/schema.txt:
//   node scripts/extract-schema.mjs path/to/kafka-clients-4.1.1.jar     (needs `unzip`)
//   node scripts/extract-schema.mjs path/to/common/message
// Names, types, versions, tags, nullability and defaults are taken; prose is not.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Without a stable version yet. */
const LEFT_OUT = new Set([88, 89]);
/** What group members say to each other through the broker. */
const EMBEDDED = new Set(['ConsumerProtocolSubscription', 'ConsumerProtocolAssignment']);

const HEADER = `# Facts extracted from Apache Kafka's message definitions by scripts/extract-schema.mjs. Do not edit.
#   request|response|data <key> <Name> <versions> [flexible=<versions>] [unstable]
#     struct <Name>                       a structure that several fields share
#     <Name> <type> <versions> [nullable=<versions>] [default=<json>] [tag=<n>@<versions>]
`;

function readDefinitions(source) {
  if (statSync(source).isDirectory()) {
    return readdirSync(source)
      .filter(file => file.endsWith('.json'))
      .map(file => parseDefinition(readFileSync(join(source, file), 'utf8')));
  }
  const folder = mkdtempSync(join(tmpdir(), 'kafka-schema-'));
  try {
    execFileSync('unzip', ['-qo', source, 'common/message/*', '-d', folder]);
    return readDefinitions(join(folder, 'common', 'message'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The definitions are JSON with line comments. */
function parseDefinition(text) {
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/\/\/[^"\n]*$/gm, ''));
}

const isSpokenByClients = message =>
  EMBEDDED.has(message.name) ||
  (message.apiKey !== undefined &&
    message.validVersions !== 'none' &&
    message.clientFacing &&
    !LEFT_OUT.has(message.apiKey));

function fieldLines(field, indent) {
  const facts = [field.name, field.type, field.versions];
  if (field.nullableVersions) facts.push(`nullable=${field.nullableVersions}`);
  const value = defaultOf(field);
  if (value !== undefined) facts.push(`default=${value}`);
  if (field.tag !== undefined) facts.push(`tag=${field.tag}@${field.taggedVersions}`);
  const children = (field.fields ?? []).flatMap(child => fieldLines(child, `${indent}  `));
  return [indent + facts.join(' '), ...children];
}

function defaultOf(field) {
  // Kafka's own default of a number is 0; handlers should not have to say that nobody is throttled.
  if (field.name === 'ThrottleTimeMs') return '0';
  if (field.default === undefined) return undefined;
  const text = String(field.default);
  if (text === 'null' || text === 'true' || text === 'false') return text;
  if (field.type === 'bool') return text.toLowerCase();
  if (field.type === 'string') return JSON.stringify(text);
  return String(BigInt(text));
}

function messageLines(message) {
  const head = [message.type, message.apiKey ?? '-', message.name, message.validVersions];
  if (message.flexibleVersions !== 'none') head.push(`flexible=${message.flexibleVersions}`);
  if (message.latestVersionUnstable) head.push('unstable');
  const structs = (message.commonStructs ?? []).flatMap(struct => [
    `  struct ${struct.name}`,
    ...struct.fields.flatMap(field => fieldLines(field, '    ')),
  ]);
  return [head.join(' '), ...structs, ...message.fields.flatMap(field => fieldLines(field, '  '))];
}

const source = process.argv[2];
if (!source) {
  console.error('usage: node scripts/extract-schema.mjs <kafka-clients.jar | folder of message definitions>');
  process.exit(2);
}
const definitions = readDefinitions(source);
const requests = new Map(definitions.filter(m => m.type === 'request').map(m => [m.apiKey, m]));
for (const message of definitions) {
  const request = requests.get(message.apiKey);
  message.clientFacing = request?.listeners?.includes('broker') ?? false;
  // A response is as stable as its request.
  message.latestVersionUnstable = request?.latestVersionUnstable ?? false;
}
const chosen = definitions
  .filter(isSpokenByClients)
  .sort((a, b) => (a.apiKey ?? 1e6) - (b.apiKey ?? 1e6) || (a.name < b.name ? -1 : 1));
const target = fileURLToPath(new URL('../src/protocol/schema.txt', import.meta.url));
writeFileSync(target, HEADER + chosen.map(message => `${messageLines(message).join('\n')}\n`).join('\n'));
console.log(`${chosen.length} messages written to src/protocol/schema.txt`);
