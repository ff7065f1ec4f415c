// Reads src/protocol/schema.txt, see its head for the grammar.
import { readFileSync } from 'node:fs';

const SCHEMA = new URL('../src/protocol/schema.txt', import.meta.url);

export function readSchema() {
  return parseSchema(readFileSync(SCHEMA, 'utf8'));
}

export function parseSchema(text) {
  const messages = [];
  let ancestors = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const depth = line.search(/\S/) / 2;
    const words = line.trim().split(' ');
    if (depth === 0) {
      const message = parseMessage(words);
      messages.push(message);
      ancestors = [message];
    } else {
      const message = ancestors[0];
      const parent = ancestors[depth - 1];
      const node = words[0] === 'struct' ? { name: words[1], fields: [] } : parseField(words, message.versions);
      if (words[0] === 'struct') message.structs.set(node.name, node.fields);
      else parent.fields.push(node);
      ancestors.length = depth;
      ancestors.push(node);
    }
  }
  for (const message of messages) collectStructs(message, message.fields);
  return messages;
}

function parseMessage([kind, key, name, versions, ...facts]) {
  const range = parseVersions(versions);
  const flexible = factOf(facts, 'flexible');
  return {
    kind,
    key: key === '-' ? undefined : Number(key),
    name,
    versions: range,
    /** The newest version may still change: known to the codecs, never advertised. */
    latestStable: facts.includes('unstable') ? range.to - 1 : range.to,
    flexibleFrom: flexible ? parseVersions(flexible).from : Infinity,
    structs: new Map(),
    fields: [],
  };
}

function parseField([name, type, versions, ...facts], valid) {
  const isArray = type.startsWith('[]');
  const nullable = factOf(facts, 'nullable');
  const defaultText = factOf(facts, 'default');
  const tag = factOf(facts, 'tag');
  const [tagNumber, tagVersions] = tag?.split('@') ?? [];
  return {
    name,
    property: name[0].toLowerCase() + name.slice(1),
    isArray,
    type: isArray ? type.slice(2) : type,
    versions: intersect(parseVersions(versions), valid),
    nullable: nullable && intersect(parseVersions(nullable), valid),
    hasDefault: defaultText !== undefined,
    default: defaultText,
    tag: tag === undefined ? undefined : Number(tagNumber),
    tagVersions: tag === undefined ? undefined : intersect(parseVersions(tagVersions), valid),
    fields: [],
  };
}

function collectStructs(message, fields) {
  for (const field of fields) {
    if (field.fields.length === 0) continue;
    message.structs.set(field.type, field.fields);
    collectStructs(message, field.fields);
  }
}

const factOf = (facts, name) => facts.find(fact => fact.startsWith(`${name}=`))?.slice(name.length + 1);

/** `3`, `3+` and `3-7`. */
function parseVersions(text) {
  const [from, to] = text.split('-');
  if (text.endsWith('+')) return { from: Number(text.slice(0, -1)), to: Infinity };
  return { from: Number(from), to: Number(to ?? from) };
}

const intersect = (a, b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) });
