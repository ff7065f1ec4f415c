// Generates src/protocol/generated/ from src/protocol/schema.txt:
//   node scripts/generate-protocol.mjs            writes the files
//   node scripts/generate-protocol.mjs --check    exits 1 if what is committed differs
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { generateApi, generateIndex, generateMessage, generateTypes, kebab } from './message-source.mjs';
import { readSchema } from './schema.mjs';

const folder = fileURLToPath(new URL('../src/protocol/generated', import.meta.url));
const messages = readSchema();
const isOfApi = message => message.kind === 'request' || message.kind === 'response';
const files = new Map(
  messages.map(message => [
    `${kebab(message.name)}.ts`,
    isOfApi(message) ? generateTypes(message) : generateMessage(message),
  ]),
);
const requests = messages.filter(message => message.kind === 'request');
for (const request of requests) {
  const response = messages.find(message => message.kind === 'response' && message.key === request.key);
  files.set(`${kebab(request.name.replace(/Request$/, ''))}.ts`, generateApi(request, response));
}
files.set('index.ts', generateIndex(requests, messages));

const committed = existsSync(folder) ? readdirSync(folder) : [];
if (process.argv.includes('--check')) {
  const stale = [...new Set([...files.keys(), ...committed])].filter(
    file =>
      !files.has(file) || !committed.includes(file) || readFileSync(join(folder, file), 'utf8') !== files.get(file),
  );
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(', ')}; run node scripts/generate-protocol.mjs`);
    process.exit(1);
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const file of committed) if (!files.has(file)) rmSync(join(folder, file));
  for (const [file, source] of files) writeFileSync(join(folder, file), source);
}
console.log(`${files.size} files ${process.argv.includes('--check') ? 'are fresh' : 'written'}`);
