export { parseNameServer } from './address.ts';
export { createResolver } from './resolver.ts';
export { parseHosts, parseResolvConf, readSystemConfig } from './system-config.ts';
export type { SystemFiles } from './system-config.ts';
export type {
  Answer,
  DnsRecord,
  NameServer,
  RecordData,
  RecordOf,
  RecordType,
  Resolution,
  ResolveOptions,
  Resolver,
  ResolverOptions,
  SrvData,
  SystemConfig,
  Unknown,
} from './types.ts';
