import { AssignerProtocol } from './assigner-protocol.js';
import { decodeSubscription, encodeSubscription, type ConsumerSubscription } from './consumer-subscription.js';
import type { Assigner, AssignerCluster, GroupMember } from './partition-assigner.js';
import { stickyAssignment, type StickyMember } from './sticky-assignment.js';

/** The name under which Apache Kafka's CooperativeStickyAssignor is known, so that its members and ours share a group. */
const NAME = 'cooperative-sticky';
const VERSION = 2;
const NO_GENERATION = -1;

interface Claimant {
  readonly memberId: string;
  readonly generationId: number;
}

/**
 * KIP-429: members keep their partitions through a rebalance, and move as few of them as an even share allows.
 *
 * Invariant of `assign`: a partition that any other member claims is given to nobody but its claimant. Whoever it is
 * meant for gets it in the next rebalance, which the claimant asks for once it has let go.
 */
export const cooperativeSticky = ({ cluster }: { cluster: AssignerCluster }): Assigner => ({
  name: NAME,
  version: VERSION,
  rebalanceProtocol: 'cooperative',

  async assign({ members, topics }) {
    const subscriptions = members.map(member => ({ member, subscription: subscriptionOf(member) }));
    const claims = claimsOf(subscriptions);
    const counts = new Map(topics.map(topic => [topic, cluster.findTopicPartitionMetadata(topic).length]));
    const shares = stickyAssignment(
      subscriptions.map(({ member, subscription }) => stickyMember(member, subscription, claims)),
      counts,
    );
    return members.map(({ memberId }) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 0,
        assignment: Object.fromEntries(
          Array.from(shares.get(memberId) ?? [], ([topic, partitions]) => [
            topic,
            partitions.filter(partition => !isClaimedByAnother(claims, memberId, topic, partition)),
          ]),
        ),
      }),
    }));
  },

  protocol({ topics, owned = {}, generationId = NO_GENERATION }) {
    // Leaders that do not know version 2 yet look for the generation here.
    const userData = Buffer.alloc(4);
    userData.writeInt32BE(generationId);
    return { name: NAME, metadata: encodeSubscription({ topics, userData, owned, generationId }) };
  },
});

function subscriptionOf({ memberMetadata }: GroupMember): ConsumerSubscription {
  const subscription = decodeSubscription(memberMetadata);
  const { userData, generationId } = subscription;
  return generationId === NO_GENERATION && userData !== null && userData.length >= 4
    ? { ...subscription, generationId: userData.readInt32BE(0) }
    : subscription;
}

function claimsOf(
  subscriptions: readonly { readonly member: GroupMember; readonly subscription: ConsumerSubscription }[],
): Map<string, Claimant[]> {
  const claims = new Map<string, Claimant[]>();
  for (const { member, subscription } of subscriptions) {
    const claimant = { memberId: member.memberId, generationId: subscription.generationId };
    for (const [topic, partitions] of Object.entries(subscription.owned)) {
      for (const partition of partitions) {
        const at = key(topic, partition);
        const others = claims.get(at);
        if (others === undefined) {
          claims.set(at, [claimant]);
        } else {
          others.push(claimant);
        }
      }
    }
  }
  return claims;
}

/** Of several claimants the one of the newest generation may keep a partition; of two that are equally new, none. */
function stickyMember(
  { memberId }: GroupMember,
  { topics, owned, generationId }: ConsumerSubscription,
  claims: ReadonlyMap<string, readonly Claimant[]>,
): StickyMember {
  const mine = Object.entries(owned).map(([topic, partitions]): [string, number[]] => [
    topic,
    [...new Set(partitions)].filter(partition =>
      claims
        .get(key(topic, partition))
        ?.every(claimant => claimant.memberId === memberId || claimant.generationId < generationId),
    ),
  ]);
  return { memberId, topics: new Set(topics), owned: new Map(mine) };
}

function isClaimedByAnother(
  claims: ReadonlyMap<string, readonly Claimant[]>,
  memberId: string,
  topic: string,
  partition: number,
): boolean {
  return claims.get(key(topic, partition))?.some(claimant => claimant.memberId !== memberId) === true;
}

function key(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
