import type { Serializer } from '@nestjs/microservices';
import { ReplyNotSerializableError } from '../errors/reply-not-serializable.error.js';
import { type OutgoingMessage, RecordSerializer } from './record-serializer.js';
import { serializeMessage } from './serialize-message.js';

/**
 * Makes the record for a reply. The serializer of an application may fail for a while (a schema registry that is away);
 * ours fails for good.
 *
 * @throws ReplyNotSerializableError in the second case.
 */
export async function serializeReply(
  serializer: Serializer,
  response: unknown,
  replyTopic: string,
): Promise<OutgoingMessage> {
  try {
    return await serializeMessage(serializer, response);
  } catch (error) {
    throw serializer instanceof RecordSerializer ? new ReplyNotSerializableError(replyTopic, error) : error;
  }
}
