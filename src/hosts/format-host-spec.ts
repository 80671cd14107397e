import { DEFAULT_LOCALHOST_LIMIT, DEFAULT_PORT } from './host-spec.ts';
import type { HostSpec, RemoteHost } from './host-spec.ts';

/**
 * The shortest text that parseHostSpec() reads as the same entry: a port only when it is not 3632, a
 * limit only when it was given, IPv6 in brackets.
 * @param spec - its `text` is not looked at, so a changed copy formats as changed
 */
export function formatHostSpec(spec: HostSpec): string {
  switch (spec.kind) {
    case 'local':
      return spec.limit === DEFAULT_LOCALHOST_LIMIT ? 'localhost' : `localhost/${spec.limit}`;
    case 'tcp': {
      const port = needsPort(spec.host, spec.port) ? `:${spec.port}` : '';
      return `${bracketed(spec.host)}${port}${limitOf(spec)}${optionsOf(spec)}`;
    }
    case 'ssh': {
      const command = spec.command === undefined ? '' : `:${spec.command}`;
      return `${spec.user ?? ''}@${bracketed(spec.host)}${limitOf(spec)}${command}${optionsOf(spec)}`;
    }
  }
}

/** The bare word `localhost` means "in place": a daemon on this machine keeps its port. */
function needsPort(host: string, port: number): boolean {
  return port !== DEFAULT_PORT || host === 'localhost';
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function limitOf(spec: RemoteHost): string {
  return spec.isLimitGiven ? `/${spec.limit}` : '';
}

function optionsOf(spec: RemoteHost): string {
  const compression = spec.compression === 'lzo' ? ',lzo' : '';
  const pump = spec.preprocessAt === 'server' ? ',cpp' : '';
  return `${compression}${pump}${spec.isDown ? ',down' : ''}`;
}
