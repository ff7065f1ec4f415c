/** Called for each event that a service handles. */
export const onEvent: { handler: () => void } = { handler: () => {} };
