/** Control and format characters (line ends, terminal sequences, what turns the direction of text), line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text of others as one line of bounded length, for messages and logs: it can neither pass for a line of its own, nor move a
 * terminal's cursor, nor fill a disk.
 * @param limit characters of `text` that are kept
 */
export function printable(text: string, limit = 500): string {
  const kept = text.length <= limit ? text : `${text.slice(0, limit)}... (${text.length} characters)`;
  return kept.replace(UNPRINTABLE, character =>
    character === '\n' ? String.raw`\n` : String.raw`\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
