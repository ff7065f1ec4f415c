import type { Admin } from 'kafkajs-platformatic';
import { ReplayedOffsets } from './replayed-offsets.js';
import type { Bounds } from './scan-topic.js';

/** The group whose committed offsets remember what has been replayed. It has no members, so that it can be committed to. */
export class ReplayGroup {
  private readonly partitions = new Map<number, ReplayedOffsets>();
  private readonly changed = new Set<number>();

  private constructor(
    private readonly admin: Admin,
    private readonly groupId: string,
    private readonly topic: string,
  ) {}

  static async load(admin: Admin, groupId: string, topic: string, bounds: readonly Bounds[]): Promise<ReplayGroup> {
    const group = new ReplayGroup(admin, groupId, topic);
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    for (const { partition, low } of bounds) {
      const place = committed?.partitions.find(each => each.partition === partition);
      const offset = place === undefined ? -1n : BigInt(place.offset);
      const replayed = new ReplayedOffsets(offset < 0n ? low : offset, place?.metadata);
      replayed.skipTo(low);
      group.partitions.set(partition, replayed);
    }
    return group;
  }

  has(partition: number, offset: string): boolean {
    return this.partitions.get(partition)?.has(BigInt(offset)) === true;
  }

  add(partition: number, offset: string): void {
    this.partitions.get(partition)?.add(BigInt(offset));
    this.changed.add(partition);
  }

  /** Resolves to the partitions of which not everything could be remembered. */
  async commit(): Promise<number[]> {
    const partitions = [...this.changed].map(partition => ({ partition, replayed: this.partitions.get(partition) }));
    this.changed.clear();
    const forgetful: number[] = [];
    const places = partitions.flatMap(({ partition, replayed }) => {
      if (replayed === undefined) {
        return [];
      }
      const { text, isComplete } = replayed.metadata();
      if (!isComplete) {
        forgetful.push(partition);
      }
      return [{ partition, offset: String(replayed.committed), metadata: text }];
    });
    if (places.length > 0) {
      await this.admin.setOffsets({ groupId: this.groupId, topic: this.topic, partitions: places });
    }
    return forgetful;
  }
}
