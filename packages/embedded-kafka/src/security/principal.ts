/** Who a connection speaks for, in Kafka's form: `User:alice`. */
export interface Principal {
  readonly type: string;
  readonly name: string;
}

/** Who connects without proving who he is. */
export const ANONYMOUS: Principal = { type: 'User', name: 'ANONYMOUS' };

export const userNamed = (name: string): Principal => ({ type: 'User', name });

export const principalText = ({ type, name }: Principal): string => `${type}:${name}`;
