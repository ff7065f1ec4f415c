/** What an absent uuid reads as: 16 zero bytes. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

export const NO_BYTES: Buffer = Buffer.alloc(0);
