export { PRIVATE_NETWORKS, parseAccessList, plainAddress } from './access-list.ts';
export type { AccessList } from './access-list.ts';
export { CONNECT_TIMEOUT_MS, codeOf, connect, formatAddress } from './connect.ts';
export type { ConnectOptions } from './connect.ts';
export { onAbort, reasonOf } from './on-abort.ts';
export { readChunks } from './read-chunks.ts';
export type { ReadOptions } from './read-chunks.ts';
export { readSocketPeer } from './socket-peer.ts';
export type { SocketPeer } from './socket-peer.ts';
