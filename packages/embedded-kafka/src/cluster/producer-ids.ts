/** Hands out producer ids (InitProducerId). */
export class ProducerIds {
  private next = 0;

  take(): bigint {
    return BigInt(this.next++);
  }
}
