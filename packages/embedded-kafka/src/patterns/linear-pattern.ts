/** A pattern that cannot be read, or that is larger than is matched. */
export class InvalidPatternError extends Error {
  override readonly name = 'InvalidPatternError';
}

/** Bounds the time that one character takes. */
const MAX_INSTRUCTIONS = 500;
/** RE2's bound on `{n,m}`. */
const MAX_REPEATS = 1_000;
const MAX_GROUPS_DEEP = 50;

type Test = (codePoint: number) => boolean;

/** `test`: one character, then the next instruction. `split`: both at once. */
type Instruction =
  | { readonly kind: 'test'; readonly test: Test }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'match' };

type Node =
  | { readonly kind: 'test'; readonly test: Test }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number };

/**
 * A regular expression that is matched against whole texts in time proportional to their length (Thompson's method), as
 * RE2 does for Kafka: patterns that come from the network must not be able to stop the process, which JavaScript's own,
 * backtracking ones can.
 *
 * It knows what such patterns are made of: characters, `.`, classes, `\d \w \s` and their contraries, groups,
 * alternatives, `* + ? {n,m}`, `^` and `$`. Anything else of RE2's (flags, `\b`, `\pL`) is refused.
 */
export class LinearPattern {
  private readonly program: readonly Instruction[];

  /** @throws InvalidPatternError */
  constructor(pattern: string) {
    this.program = compile(new PatternReader(pattern).read());
  }

  matches(text: string): boolean {
    const codePoints = Array.from(text, character => character.codePointAt(0) ?? 0);
    let threads = this.follow([0], true, codePoints.length === 0);
    for (const [index, codePoint] of codePoints.entries()) {
      const next: number[] = [];
      for (const at of threads) {
        const instruction = this.program[at];
        if (instruction?.kind === 'test' && instruction.test(codePoint)) next.push(at + 1);
      }
      if (next.length === 0) return false;
      threads = this.follow(next, false, index === codePoints.length - 1);
    }
    return [...threads].some(at => this.program[at]?.kind === 'match');
  }

  /** All instructions that are reached without a character. */
  private follow(from: readonly number[], isAtStart: boolean, isAtEnd: boolean): ReadonlySet<number> {
    const reached = new Set<number>();
    const pending = [...from];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      const instruction = this.program[at];
      if (instruction?.kind === 'split') pending.push(instruction.first, instruction.second);
      else if (instruction?.kind === 'jump') pending.push(instruction.to);
      else if (instruction?.kind === 'start' && isAtStart) pending.push(at + 1);
      else if (instruction?.kind === 'end' && isAtEnd) pending.push(at + 1);
    }
    return reached;
  }
}

function compile(root: Node): Instruction[] {
  const program: Instruction[] = [];
  const add = <Kind extends Instruction>(instruction: Kind): Kind => {
    if (program.push(instruction) > MAX_INSTRUCTIONS) throw new InvalidPatternError('the pattern is too large');
    return instruction;
  };
  const emit = (node: Node): void => {
    switch (node.kind) {
      case 'test':
      case 'start':
      case 'end':
        add(node);
        return;
      case 'sequence':
        for (const each of node.nodes) emit(each);
        return;
      case 'choice':
        emitChoice(node.nodes);
        return;
      default:
        emitRepeat(node.node, node.min, node.max);
    }
  };
  const emitChoice = (nodes: readonly Node[]): void => {
    const ends: { to: number }[] = [];
    for (const [index, node] of nodes.entries()) {
      if (index === nodes.length - 1) {
        emit(node);
        break;
      }
      const split = add({ kind: 'split', first: program.length + 1, second: 0 });
      emit(node);
      ends.push(add({ kind: 'jump', to: 0 }));
      split.second = program.length;
    }
    for (const end of ends) end.to = program.length;
  };
  const emitRepeat = (node: Node, min: number, max: number): void => {
    for (let count = 0; count < min; count++) emit(node);
    if (max === Infinity) {
      const split = add({ kind: 'split', first: program.length + 1, second: 0 });
      const start = program.length - 1;
      emit(node);
      add({ kind: 'jump', to: start });
      split.second = program.length;
      return;
    }
    const splits: { second: number }[] = [];
    for (let count = min; count < max; count++) {
      splits.push(add({ kind: 'split', first: program.length + 1, second: 0 }));
      emit(node);
    }
    for (const split of splits) split.second = program.length;
  };
  emit(root);
  add({ kind: 'match' });
  return program;
}

const isDigit: Test = c => c >= 0x30 && c <= 0x39;
const isWord: Test = c => isDigit(c) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f;
const isSpace: Test = c => c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0c || c === 0x0d;
const not =
  (test: Test): Test =>
  c =>
    !test(c);

const classes = new Map<string, Test>([
  ['d', isDigit],
  ['D', not(isDigit)],
  ['w', isWord],
  ['W', not(isWord)],
  ['s', isSpace],
  ['S', not(isSpace)],
]);
const controls = new Map([
  ['n', 0x0a],
  ['t', 0x09],
  ['r', 0x0d],
  ['f', 0x0c],
]);

class PatternReader {
  private readonly characters: readonly string[];
  private at = 0;
  private depth = 0;

  constructor(pattern: string) {
    this.characters = [...pattern];
  }

  read(): Node {
    const node = this.choice();
    if (this.at < this.characters.length) throw new InvalidPatternError('a ) has no (');
    return node;
  }

  private get next(): string | undefined {
    return this.characters[this.at];
  }

  private take(character: string): boolean {
    if (this.next !== character) return false;
    this.at++;
    return true;
  }

  private choice(): Node {
    const nodes = [this.sequence()];
    while (this.take('|')) nodes.push(this.sequence());
    return { kind: 'choice', nodes };
  }

  private sequence(): Node {
    const nodes: Node[] = [];
    while (this.next !== undefined && this.next !== '|' && this.next !== ')') nodes.push(this.repeated());
    return { kind: 'sequence', nodes };
  }

  private repeated(): Node {
    const node = this.atom();
    const bounds = this.bounds();
    if (!bounds) return node;
    this.take('?'); // Lazy or not makes no difference to a whole match.
    if (this.bounds()) throw new InvalidPatternError('a repetition is repeated');
    return { kind: 'repeat', node, ...bounds };
  }

  private bounds(): { min: number; max: number } | undefined {
    if (this.take('*')) return { min: 0, max: Infinity };
    if (this.take('+')) return { min: 1, max: Infinity };
    if (this.take('?')) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.characters.slice(this.at, this.at + 12).join(''));
    if (!counted) return undefined;
    const [text, from = '', comma, to] = counted;
    const min = Number(from);
    const open = comma === '' ? min : Infinity;
    const max = to === '' || to === undefined ? open : Number(to);
    if (min > max || min > MAX_REPEATS || (max !== Infinity && max > MAX_REPEATS)) {
      throw new InvalidPatternError(`${text} is no repetition`);
    }
    this.at += text.length;
    return { min, max };
  }

  private atom(): Node {
    const character = this.characters[this.at++] ?? '';
    switch (character) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'test', test: c => c !== 0x0a };
      case '(':
        return this.group();
      case '[':
        return { kind: 'test', test: this.class() };
      case '\\':
        return { kind: 'test', test: this.escape() };
      case '*':
      case '+':
      case '?':
        throw new InvalidPatternError(`there is nothing that ${character} could repeat`);
      default:
        return { kind: 'test', test: sameAs(character) };
    }
  }

  private group(): Node {
    if (this.take('?') && !this.take(':')) throw new InvalidPatternError('of groups with (? only (?: is known');
    if (++this.depth > MAX_GROUPS_DEEP) throw new InvalidPatternError('groups are nested too deeply');
    const node = this.choice();
    this.depth--;
    if (!this.take(')')) throw new InvalidPatternError('a ( has no )');
    return node;
  }

  private escape(): Test {
    const character = this.characters[this.at++];
    if (character === undefined) throw new InvalidPatternError('a backslash stands at the end');
    const known = classes.get(character);
    if (known) return known;
    const control = controls.get(character);
    if (control !== undefined) return c => c === control;
    if (/[\p{L}\p{N}]/u.test(character)) throw new InvalidPatternError(`\\${character} is not known`);
    return sameAs(character);
  }

  private class(): Test {
    const isNegated = this.take('^');
    const tests: Test[] = [];
    // A ] that comes first is a character like any other.
    for (let isFirst = true; isFirst || this.next !== ']'; isFirst = false) tests.push(this.classItem());
    this.at++;
    const isIn: Test = c => tests.some(test => test(c));
    return isNegated ? not(isIn) : isIn;
  }

  private classItem(): Test {
    const character = this.characters[this.at++];
    if (character === undefined) throw new InvalidPatternError('a [ has no ]');
    if (character === '\\') return this.escape();
    const end = this.characters[this.at + 1];
    if (this.next !== '-' || end === ']' || end === undefined) return sameAs(character);
    this.at += 2;
    const [from, to] = [codePointOf(character), codePointOf(end)];
    if (end === '\\' || from > to) throw new InvalidPatternError(`${character}-${end} is no range`);
    return c => c >= from && c <= to;
  }
}

const codePointOf = (character: string): number => character.codePointAt(0) ?? 0;

function sameAs(character: string): Test {
  const codePoint = codePointOf(character);
  return c => c === codePoint;
}
