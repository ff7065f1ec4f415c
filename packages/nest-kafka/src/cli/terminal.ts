/** Where a command prints, and how it learns that it is to end. */
export class Terminal {
  /** Ctrl-C, or SIGTERM: end soon, but leave nothing half done. */
  interrupted = false;

  /** What was asked for: to stdout. */
  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** What is told beside it: to stderr. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
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
