import type { Subject } from '../frame/behaviour.js';
import { errors } from './errors.js';
import { events } from './events.js';
import { replyStreams } from './reply-streams.js';
import { requestReply } from './request-reply.js';
import { wire } from './wire.js';

/** Every behaviour of the transport that the suite knows. */
export const subjects: readonly Subject[] = [requestReply, replyStreams, events, errors, wire];
