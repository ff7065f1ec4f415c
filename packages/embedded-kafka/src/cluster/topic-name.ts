const LONGEST = 249;

/** What is wrong with a topic's name, by Kafka's rules; undefined if nothing is. */
export function topicNameFault(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed';
  if (name === '.' || name === '..') return `'${name}' is not allowed`;
  if (name.length > LONGEST)
    return `the length of '${name.slice(0, 32)}…' is longer than the max allowed length ${LONGEST}`;
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  }
  return undefined;
}

/** Two names with the same key make the same metric name, which is why Kafka refuses the second. */
export function collisionKey(name: string): string {
  return name.replaceAll('.', '_');
}
