import type { Subject } from '../frame/behaviour.js';
import { errors } from './errors.js';
import { events } from './events.js';
import { handlers } from './handlers.js';
import { lifecycle } from './lifecycle.js';
import { options } from './options.js';
import { replyStreams } from './reply-streams.js';
import { requestReply } from './request-reply.js';
import { wire } from './wire.js';

/** Every behaviour of the transport that the suite knows. */
export const subjects: readonly Subject[] = [
  requestReply,
  replyStreams,
  events,
  errors,
  handlers,
  options,
  lifecycle,
  wire,
];
