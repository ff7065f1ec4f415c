import type { GroupProtocol } from './group-messages.js';

type Voter = { readonly protocols: readonly GroupProtocol[] };

function supports(voter: Voter, name: string): boolean {
  return voter.protocols.some(protocol => protocol.name === name);
}

/** Whether at least one of the protocols is supported by every one of the members. */
export function anySupportedByAll(protocols: readonly GroupProtocol[], members: Iterable<Voter>): boolean {
  const all = [...members];
  return protocols.some(({ name }) => all.every(member => supports(member, name)));
}

/**
 * The protocol of the next generation: each member votes for the first in its list that all members support, and most
 * votes win. Between equals, the one that was voted for first wins.
 */
export function selectProtocol(members: Iterable<Voter>): string {
  const all = [...members];
  const votes = new Map<string, number>();
  for (const member of all) {
    const choice = member.protocols.find(({ name }) => all.every(other => supports(other, name)));
    if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
  }
  let selected: string | undefined;
  let most = 0;
  for (const [name, count] of votes) {
    if (count > most) [selected, most] = [name, count];
  }
  if (selected === undefined) throw new Error('No protocol is supported by all members of the group');
  return selected;
}

/** Whether a member that joins again says the same as before, byte for byte and in the same order. */
export function sameProtocols(one: readonly GroupProtocol[], other: readonly GroupProtocol[]): boolean {
  return (
    one.length === other.length &&
    one.every((protocol, index) => {
      const twin = other[index];
      return twin !== undefined && twin.name === protocol.name && twin.metadata.equals(protocol.metadata);
    })
  );
}
