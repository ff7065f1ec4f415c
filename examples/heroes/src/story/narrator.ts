import { isDeepStrictEqual, styleText } from 'node:util';

const TITLE_WIDTH = 18;
const TEXT_WIDTH = 62;

/** Tells the story line by line, and remembers whether every line of it was true. */
export class Narrator {
  private mistakes = 0;

  constructor(private readonly out: NodeJS.WritableStream = process.stdout) {}

  get isTrue(): boolean {
    return this.mistakes === 0;
  }

  heading(text: string): void {
    this.out.write(`\n  ${styleText('bold', text)}\n\n`);
  }

  tell(title: string, text: string, measured = ''): void {
    this.line(styleText('green', '✔'), title, text, measured);
  }

  /** Something that happens on the way and is expected, such as a failing attempt. */
  remark(title: string, text: string, measured = ''): void {
    this.line(styleText('yellow', '↻'), title, text, measured);
  }

  wrong(title: string, text: string): void {
    this.mistakes += 1;
    this.line(styleText('red', '✘'), title, styleText('red', text), '');
  }

  /** Says what is wrong, and returns false, unless `actual` is `expected`. */
  expect(title: string, actual: unknown, expected: unknown): boolean {
    if (isDeepStrictEqual(actual, expected)) {
      return true;
    }
    this.wrong(title, `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
    return false;
  }

  close(): void {
    const verdict = this.isTrue
      ? styleText('green', 'Every answer was right.')
      : styleText('red', `${this.mistakes} of the answers above were wrong.`);
    this.out.write(`\n  ${verdict}\n\n`);
  }

  private line(mark: string, title: string, text: string, measured: string): void {
    this.out.write(
      `  ${mark} ${styleText('bold', title.padEnd(TITLE_WIDTH))}${text.padEnd(TEXT_WIDTH)} ${styleText('dim', measured)}`.trimEnd() +
        '\n',
    );
  }
}
