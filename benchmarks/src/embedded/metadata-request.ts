/** Metadata, version 1, for all topics: a request as small as any, whose layout is written down at kafka.apache.org/protocol. */
export const METADATA_OF_ALL = Buffer.from('0000000e0003000100000001ffffffffffff', 'hex');

/** The same for no topic at all: what a client asks of a connection that it has just made. */
export const METADATA_OF_NONE = Buffer.from('0000000e0003000100000001ffff00000000', 'hex');
