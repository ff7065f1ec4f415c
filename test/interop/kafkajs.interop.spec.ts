import { clients } from './frame/clients.ts';
import { tryClient } from './frame/try-client.ts';

tryClient(clients.kafkajs);
tryClient(clients.ours);
