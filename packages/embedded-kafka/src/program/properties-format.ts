/**
 * Reads the format of `java.util.Properties`: `name=value`, `name: value` or `name value`, comments after `#` and `!`, lines that
 * go on after a backslash, escapes. Of a name that comes twice the last value counts, as in Java.
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
 */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const [, name = '', value = ''] = /^((?:\\.|[^\\\s=:])*)(?:\s*[=:]\s*|\s+)?(.*)$/su.exec(line) ?? [];
    properties.set(unescape(name), unescape(value));
  }
  return properties;
}

function* logicalLines(text: string): Generator<string> {
  let begun: string | undefined;
  for (const natural of text.split(/\r\n|\n|\r/u)) {
    const line = natural.trimStart();
    if (begun === undefined && (line === '' || /^[#!]/u.test(line))) continue;
    const [backslashes = ''] = /\\*$/u.exec(line) ?? [];
    const goesOn = backslashes.length % 2 === 1;
    const whole = (begun ?? '') + (goesOn ? line.slice(0, -1) : line);
    begun = goesOn ? whole : undefined;
    if (!goesOn) yield whole;
  }
  if (begun !== undefined) yield begun;
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|(.))/gsu, (_, code: string | undefined, character: string = '') =>
    code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
