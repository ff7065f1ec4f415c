import { type ArgumentMetadata, type PipeTransform, type Type, ValidationPipe } from '@nestjs/common';
import { InvalidItem } from './invalid-item.js';

/**
 * Runs a pipe on each item of a batch:
 *
 *     handle(@Payload(new ItemsPipe(Order)) orders: Order[]) {}
 *
 * Nest hands pipes the array, and all it knows of its type is `Array`: a `ValidationPipe` lets that pass unseen, and
 * `ParseArrayPipe` cannot tell which item it refused, so that the whole batch fails. An item that is refused here fails alone:
 * those before it are handled as a batch of their own, it is retried or given up as the policy says, then come those after it.
 */
export class ItemsPipe implements PipeTransform<unknown, Promise<unknown[]>> {
  private readonly pipe: PipeTransform;

  /**
   * @param type class of the items
   * @param pipe Default: a `ValidationPipe` that transforms, as `ParseArrayPipe` has it.
   */
  constructor(
    private readonly type: Type | undefined,
    pipe?: PipeTransform,
  ) {
    this.pipe = pipe ?? new ValidationPipe({ transform: true, validateCustomDecorators: true });
  }

  /** @throws TypeError for what is no array */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown[]> {
    if (!isList(value)) {
      throw new TypeError('ItemsPipe is for the payload of a batch handler: @Delivery({ batch: true })');
    }
    const ofItem: ArgumentMetadata = { ...metadata, metatype: this.type };
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      try {
        items.push(await (this.pipe.transform(item, ofItem) as unknown));
      } catch (error) {
        throw new InvalidItem(index, error);
      }
    }
    return items;
  }
}

// The library's own guard gives an array of `any`.
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
