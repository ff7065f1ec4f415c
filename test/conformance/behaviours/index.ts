import type { Subject } from '../frame/behaviour.js';
import { answering } from './answers.js';
import { clients } from './clients.js';
import { poison } from './delivery/poison.js';
import { errors } from './errors.js';
import { events } from './events.js';
import { handlers } from './handlers.js';
import { lifecycle } from './lifecycle.js';
import { options } from './options.js';
import { replyStreams } from './reply-streams.js';
import { requestReply } from './request-reply.js';
import { serialization } from './serialization.js';
import { servers } from './servers.js';
import { wire } from './wire.js';

/** Every behaviour of the transport that the suite knows. */
export const subjects: readonly Subject[] = [
  requestReply,
  serialization,
  answering,
  replyStreams,
  events,
  errors,
  poison,
  handlers,
  clients,
  servers,
  options,
  lifecycle,
  wire,
];
