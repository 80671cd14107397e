export { PRIVATE_NETWORKS, parseAccessList, plainAddress } from './access-list.ts';
export type { AccessList } from './access-list.ts';
export { resumeByBun } from './bun-resume.ts';
export { canonicalAddress } from './canonical-address.ts';
export { codeOf } from './code-of.ts';
export {
  CONNECT_TIMEOUT_MS,
  connect,
  connectLocal,
  connectSocket,
  formatAddress,
} from './connect.ts';
export type { ConnectOptions } from './connect.ts';
export type { Connection } from './connection.ts';
export { isIP } from './is-ip.ts';
export { abortWaiters, onAbort, reasonOf } from './on-abort.ts';
export type { AbortWaiter } from './on-abort.ts';
export { PatientTimer } from './patient-timer.ts';
export type { LateWaiter } from './patient-timer.ts';
export { readChunks } from './read-chunks.ts';
export type { ReadOptions } from './read-chunks.ts';
export { readSocketPeer } from './socket-peer.ts';
export type { SocketPeer } from './socket-peer.ts';
