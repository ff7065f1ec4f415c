import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

const HEAD = `# The embedded broker's figures

Written by \`npm run bench:java\` and \`npm run bench:embedded-scale\` (\`-- --out benchmarks/embedded.md\`), each its own part.
`;

/** What a figure is worth depends on it. */
export function machine(): string {
  const [load = 0] = loadavg();
  const [{ model } = { model: 'an unknown processor' }] = cpus();
  return `Node ${process.version}, ${cpus().length} cores (${model.trim()}), load ${load.toFixed(1)} at the end, ${new Date().toISOString().slice(0, 10)}.`;
}

/** Puts a part in the place of the former one of that title, or at the end. */
export function writePart(file: string, title: string, body: string): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : HEAD;
  const parts = before.split(/^(?=## )/m);
  const part = `## ${title}\n\n${body.trim()}\n`;
  const index = parts.findIndex(each => each.startsWith(`## ${title}\n`));
  if (index === -1) parts.push(part);
  else parts[index] = part;
  writeFileSync(file, `${parts.map(each => each.trimEnd()).join('\n\n')}\n`);
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
