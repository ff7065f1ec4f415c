import type { MessageHandler } from '@nestjs/microservices';
import { DELIVERY } from './delivery.decorator.js';
import { policyFaults } from './policy/check-policy.js';
import type { DeliveryPolicy } from './policy/delivery-policy.js';
import { retryTopicFaults } from './retry-topics/retry-topic-faults.js';

/** The policies of a server's handlers by their pattern, and what is wrong with them. */
export interface DeclaredPolicies {
  readonly policies: ReadonlyMap<string, DeliveryPolicy>;
  readonly faults: readonly string[];
}

/**
 * Gathers what `@Delivery()` and `options.delivery` say. Only event handlers have a policy: what happens to a request is told
 * to its caller. Several handlers of one event share each message, so they must agree.
 */
export function policiesOf(
  handlers: ReadonlyMap<string, MessageHandler>,
  defaults: DeliveryPolicy | undefined,
  groupId: string,
): DeclaredPolicies {
  const policies = new Map<string, DeliveryPolicy>();
  const faults: string[] = [];
  if (defaults !== undefined) {
    faults.push(...policyFaults(defaults).map(fault => `options.delivery: ${fault}`));
  }
  for (const [key, handler] of handlers) {
    const pattern = String(key);
    const declared = declaredOf(handler);
    if (handler.isEventHandler !== true) {
      if (declared !== undefined) {
        faults.push(`${pattern}: @Delivery() is for @EventPattern(); an error of a request goes to its caller`);
      }
      continue;
    }
    for (
      let other = handler.next as MessageHandler | undefined;
      other !== undefined;
      other = other.next as MessageHandler | undefined
    ) {
      if (!isSame(declared, declaredOf(other))) {
        faults.push(
          `${pattern}: its handlers share each message, but their @Delivery() differ; give them the same, or groups of their own`,
        );
        break;
      }
    }
    if (declared === undefined && defaults === undefined) {
      continue;
    }
    const policy = { ...defaults, ...declared };
    const wrong = declared === undefined ? [] : policyFaults(policy);
    faults.push(...wrong.map(fault => `${pattern}: ${fault}`));
    faults.push(...[...retryTopicFaults(key, policy, groupId)].map(fault => `${pattern}: ${fault}`));
    policies.set(pattern, policy);
  }
  return { policies, faults };
}

function declaredOf(handler: MessageHandler): DeliveryPolicy | undefined {
  return (handler.extras as { [DELIVERY]?: DeliveryPolicy } | undefined)?.[DELIVERY];
}

function isSame(one: object | undefined, other: object | undefined): boolean {
  if (one === other) {
    return true;
  }
  const [ones, others] = [Object.entries(one ?? {}), new Map(Object.entries(other ?? {}))];
  return ones.length === others.size && ones.every(([name, value]) => isSameWord(value, others.get(name)));
}

function isSameWord(one: unknown, other: unknown): boolean {
  const areParts = typeof one === 'object' && one !== null && typeof other === 'object' && other !== null;
  return one === other || (areParts && isSame(one, other));
}
