export { connectTls, prepareTickets } from './connect-tls.ts';
export type { ConnectTlsOptions } from './connect-tls.ts';
export { tlsOptions } from './context.ts';
export { loadIdentity, readIdentity, tlsFiles, tlsFolder } from './identity.ts';
export type { Identity } from './identity.ts';
export { periodOf, Sessions } from './sessions.ts';
export { whyUnfit } from './usage.ts';
export { ownName } from './own-name.ts';
