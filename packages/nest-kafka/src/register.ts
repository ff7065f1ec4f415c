import { registerTransport } from './register-transport.js';

registerTransport();
