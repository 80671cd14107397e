import { DEFAULT_LOCALHOST_LIMIT, defaultPort } from './host-spec.ts';
import type { HostSpec, RemoteHost, TcpHost } from './host-spec.ts';

/**
 * The shortest text that parseHostSpec() reads as the same entry: a port only when it is not 3632
 * (3634 with `tls`), a limit only when it was given, IPv6 in brackets.
 * @param spec - its `text` is not looked at, so a changed copy formats as changed
 */
export function formatHostSpec(spec: HostSpec): string {
  switch (spec.kind) {
    case 'local':
      return spec.limit === DEFAULT_LOCALHOST_LIMIT ? 'localhost' : `localhost/${spec.limit}`;
    case 'tcp': {
      const port = needsPort(spec) ? `:${spec.port}` : '';
      return `${bracketed(spec.host)}${port}${limitOf(spec)}${tlsOf(spec)}${optionsOf(spec)}`;
    }
    case 'ssh': {
      const command = spec.command === undefined ? '' : `:${spec.command}`;
      return `${spec.user ?? ''}@${bracketed(spec.host)}${limitOf(spec)}${command}${optionsOf(spec)}`;
    }
  }
}

/** The bare word `localhost` means "in place": a daemon on this machine keeps its port. */
function needsPort(spec: TcpHost): boolean {
  return spec.port !== defaultPort(spec) || spec.host === 'localhost';
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function limitOf(spec: RemoteHost): string {
  return spec.isLimitGiven ? `/${spec.limit}` : '';
}

function tlsOf({ isTls, tlsName }: TcpHost): string {
  if (!isTls) return '';
  return tlsName === undefined ? ',tls' : `,tls=${tlsName}`;
}

function optionsOf(spec: RemoteHost): string {
  const compression = spec.compression === 'lzo' ? ',lzo' : '';
  const pump = spec.preprocessAt === 'server' ? ',cpp' : '';
  return `${compression}${pump}${spec.isDown ? ',down' : ''}`;
}
