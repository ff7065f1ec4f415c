/** Control characters but for line ends and tabs, and what turns the direction of text. */
const SEQUENCES = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Messages are anybody's, and a terminal obeys what it is shown. The escapes are those of JSON, so that JSON stays JSON.
 */
export function harmless(text: string): string {
  return text.replace(SEQUENCES, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Where a command prints, and how it learns that it is to end. */
export class Terminal {
  /** Ctrl-C, or SIGTERM: end soon, but leave nothing half done. */
  interrupted = false;

  /** What was asked for: to stdout. */
  print(text: string): void {
    process.stdout.write(`${harmless(text)}\n`);
  }

  /** What is told beside it: to stderr. */
  note(text: string): void {
    process.stderr.write(`${harmless(text)}\n`);
  }

  warn(text: string): void {
    this.note(`warning: ${text}`);
  }

  noteUnread(partitions: readonly number[], wasToReadAll: boolean): void {
    if (wasToReadAll && partitions.length > 0) {
      this.note(
        `The last offsets of partition(s) ${partitions.join(', ')} brought no message: they are marks of transactions, or the ` +
          'brokers were slow (then allow more with --idle).',
      );
    }
  }
}

/** Columns as wide as their widest cell. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
