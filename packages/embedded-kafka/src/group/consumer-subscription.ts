/**
 * The topics in a `consumer` member's metadata, or `undefined` if the bytes are not a subscription.
 * Only version 0 of the format is read (version, topics): every later version starts with it.
 */
export function subscribedTopics(metadata: Buffer): string[] | undefined {
  if (metadata.length < 6) return undefined;
  const count = metadata.readInt32BE(2);
  // Each topic takes two bytes at least: a count beyond that is a lie, not a reason to allocate.
  if (count < 0 || count > (metadata.length - 6) / 2) return undefined;
  const topics: string[] = [];
  let offset = 6;
  for (let index = 0; index < count; index++) {
    if (offset + 2 > metadata.length) return undefined;
    const length = metadata.readInt16BE(offset);
    offset += 2;
    if (length < 0 || offset + length > metadata.length) return undefined;
    topics.push(metadata.toString('utf8', offset, offset + length));
    offset += length;
  }
  return topics;
}
