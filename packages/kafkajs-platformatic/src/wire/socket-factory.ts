import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** KafkaJS's contract: makes a socket that is connecting, and calls `onConnect` once it can be written to. */
export interface SocketFactoryArgs {
  host: string;
  port: number;
  /** Undefined without TLS, although the type, as KafkaJS's, says otherwise. */
  ssl: ConnectionOptions;
  onConnect: () => void;
}

export type SocketFactory = (args: SocketFactoryArgs) => Socket;

const KEEP_ALIVE_MS = 60_000;

export function defaultSocketFactory({ host, port, ssl, onConnect }: SocketFactoryArgs): Socket | TLSSocket {
  // Servers with many certificates choose by the name (SNI); an IP address is not allowed there (RFC 6066).
  const serverName = isIP(host) === 0 ? { servername: host } : {};
  const socket = isPlain(ssl)
    ? connect({ host, port }, onConnect)
    : connectTls({ host, port, ...serverName, ...ssl }, onConnect);
  socket.setNoDelay(true);
  // A peer that vanished without a word is noticed, also while nothing is sent.
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}

function isPlain(ssl: ConnectionOptions | undefined): ssl is undefined {
  return ssl === undefined;
}
