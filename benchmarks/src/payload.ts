/** A JSON object whose text is about `bytes` long: an order, as services exchange it. */
export function createPayload(id: number, bytes: number): { id: number; customer: string; note: string } {
  const payload = { id, customer: 'customer-0042', note: '' };
  const missing = bytes - JSON.stringify(payload).length;
  payload.note = 'x'.repeat(Math.max(0, missing));
  return payload;
}
