/** A typing mistake changes little of a name: at most a third of it, and never more than this. */
const MOST_MISTAKES = 3;

/** The name that was meant, most likely; undefined if none is near. */
export function nearestName(given: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.min(MOST_MISTAKES, Math.ceil(given.length / 3)) + 1;
  for (const name of known) {
    if (Math.abs(name.length - given.length) >= fewest) continue;
    const mistakes = editDistance(given.toLowerCase(), name.toLowerCase());
    if (mistakes < fewest) {
      nearest = name;
      fewest = mistakes;
    }
  }
  return nearest;
}

/** What to tell of a name that nobody knows: the nearest one, or all there are. */
export function unknownName(given: string, known: Iterable<string>): string {
  const names = [...known];
  const nearest = nearestName(given, names);
  return nearest === undefined ? `(known: ${names.join(', ')})` : `(did you mean ${nearest}?)`;
}

/** Characters to insert, delete or replace, or neighbours to swap, until one text is the other. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let cost = Math.min(last[column - 1]! + (isSame ? 0 : 1), last[column]! + 1, next[column - 1]! + 1);
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwapped) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      next.push(cost);
    }
    beforeLast = last;
    last = next;
  }
  return last[other.length]!;
}
