export interface Versions {
  readonly from: number;
  readonly to: number;
}

export interface Field {
  readonly name: string;
  readonly property: string;
  readonly isArray: boolean;
  readonly type: string;
  readonly versions: Versions;
  readonly nullable: Versions | undefined;
  readonly hasDefault: boolean;
  readonly default: string | undefined;
  readonly tag: number | undefined;
  readonly tagVersions: Versions | undefined;
  readonly fields: readonly Field[];
}

export interface Message {
  readonly kind: 'request' | 'response' | 'data';
  readonly key: number | undefined;
  readonly name: string;
  readonly versions: Versions;
  readonly latestStable: number;
  readonly flexibleFrom: number;
  readonly structs: ReadonlyMap<string, readonly Field[]>;
  readonly fields: readonly Field[];
}

export function readSchema(): Message[];
export function parseSchema(text: string): Message[];
