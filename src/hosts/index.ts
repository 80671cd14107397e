export {
  DEFAULT_LIMIT,
  DEFAULT_LOCAL_CPP_SLOTS,
  DEFAULT_LOCAL_SLOTS,
  DEFAULT_LOCALHOST_LIMIT,
  DEFAULT_PORT,
  DEFAULT_TLS_PORT,
  defaultPort,
  protocolVersion,
} from './host-spec.ts';
export type { HostSpec, LocalHost, RemoteHost, SshHost, TcpHost } from './host-spec.ts';
export { formatHostSpec } from './format-host-spec.ts';
export { parseHostList } from './parse-host-list.ts';
export type { HostList, HostSource } from './parse-host-list.ts';
export { parseHostSpec } from './parse-host-spec.ts';
