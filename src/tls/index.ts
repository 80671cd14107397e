export { connectTls } from './connect-tls.ts';
export type { ConnectTlsOptions } from './connect-tls.ts';
export { Gate } from './gate.ts';
export type { KnownClient } from './gate.ts';
export { loadIdentity, readIdentity, tlsFiles, tlsFolder } from './identity.ts';
export type { Identity } from './identity.ts';
export { keepIdentity } from './keep-identity.ts';
export { Sessions } from './sessions.ts';
