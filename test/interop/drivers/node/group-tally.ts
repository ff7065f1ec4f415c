/** What the members of a group have received, by partition and offset. */
export class GroupTally {
  readonly #seen = new Set<string>();
  total = 0;

  add(partition: number, offset: number): void {
    this.total += 1;
    this.#seen.add(`${partition}/${offset}`);
  }

  get distinct(): number {
    return this.#seen.size;
  }
}
