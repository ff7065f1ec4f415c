/** What is wrong with the network between clients and one broker. */
export type Flaw =
  /** All is well. */
  | { readonly kind: 'none' }
  /** Each packet takes so much longer, in each direction; their order stays. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Connections are reset, and new ones too. */
  | { readonly kind: 'cut' }
  /** Connections stay open and nothing passes, in neither direction; those that had it never work again. */
  | { readonly kind: 'half-open' }
  /** Nothing passes meanwhile; afterwards all of it does. */
  | { readonly kind: 'stalled' }
  /** Of so many answers one (by chance) is cut in the middle, and its connection ends. */
  | { readonly kind: 'truncated'; readonly oneIn: number }
  /** Of so many answers one (by chance) is random bytes: in its length, or after it. */
  | { readonly kind: 'garbage'; readonly oneIn: number };

export const NO_FLAW: Flaw = { kind: 'none' };
