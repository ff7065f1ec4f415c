import type { Json, Transcript } from './transcript.js';

/** One place where two transcripts disagree. `undefined` stands for what is not there at all. */
export interface Difference {
  /** `step: path of the field`. */
  readonly at: string;
  readonly kafka: Json | undefined;
  readonly ours: Json | undefined;
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deep comparison: null, an empty list and a missing field are three different things. */
export function differences(kafka: Json | undefined, ours: Json | undefined, at: string): Difference[] {
  if (Array.isArray(kafka) && Array.isArray(ours)) {
    const [left, right] = [kafka as readonly Json[], ours as readonly Json[]];
    return Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
      differences(left[index], right[index], `${at}[${index}]`),
    ).flat();
  }
  if (isObject(kafka) && isObject(ours)) {
    const names = new Set([...Object.keys(kafka), ...Object.keys(ours)]);
    return [...names].flatMap(name => differences(kafka[name], ours[name], at === '' ? name : `${at}.${name}`));
  }
  return Object.is(kafka, ours) ? [] : [{ at, kafka, ours }];
}

/** Steps are compared by name, and where both have the same ones, in their order. */
export function compareTranscripts(kafka: Transcript, ours: Transcript): Difference[] {
  const steps = new Set([...Object.keys(kafka), ...Object.keys(ours)]);
  return [...steps].flatMap(step => {
    const prefix = `${step}: `;
    return differences(kafka[step], ours[step], '').map(({ at, ...values }) => ({
      at: prefix + at.replace(/^response\./, ''),
      ...values,
    }));
  });
}
