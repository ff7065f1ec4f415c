/** What JSON can hold; bigints and bytes are written as strings by the normaliser. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What was seen of one step: `closed`, `silent`, `parked`... or a whole answer, normalised. */
export type Observation = string | { readonly header: string; readonly isCanonical: boolean; readonly response: Json };

/** What a conversation saw, by the name of its steps, in their order. */
export type Transcript = Record<string, Observation>;
