/** A partition of which a consumer reads nothing, although it is assigned and neither paused nor with its handler. */
export interface Standstill {
  topic: string;
  partition: number;
  /** The next offset to read; `null` while that is not known. */
  offset: string | null;
  /** Milliseconds since the last answer without an error. */
  silence: number;
  reason: string;
}

/** What an engine may offer beyond KafkaJS: to say what it does not get on with. */
interface Observant {
  standstills?(longerThan: number): Standstill[];
}

/** The partitions of a consumer or reader that have stood still for `longerThan` milliseconds; none for an engine that cannot tell. */
export function standstillsOf(reading: object | null | undefined, longerThan: number): Standstill[] {
  return (reading as Observant | null | undefined)?.standstills?.(longerThan) ?? [];
}
