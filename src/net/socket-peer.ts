import fs from 'node:fs';

/** The other end of a connection. */
export interface SocketPeer {
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/**
 * Who is at the other end of a TCP socket that this process was started with. Asked of the kernel: under Bun
 * standard input is a plain stream, whatever it is connected to.
 * @returns undefined for what is no TCP socket: a pipe, a file, a socket of this machine alone
 */
export function readSocketPeer(descriptor: number): SocketPeer | undefined {
  const inode = inodeOf(descriptor);
  if (inode === undefined) return undefined;
  const row = findRow('tcp', 9, inode) ?? findRow('tcp6', 9, inode);
  if (row !== undefined) return readPeer(row[2] ?? '');
  // Nobody is let in unseen: a connection that was reset is in no table any more.
  const isLocal = findRow('unix', 6, inode) !== undefined;
  return isLocal ? undefined : { remoteAddress: '?', remotePort: 0 };
}

function inodeOf(descriptor: number): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
  } catch {
    return undefined;
  }
}

/** The cells of a socket's line in a table of the kernel (proc_net_tcp.txt); `column` is the inode's. */
function findRow(table: string, column: number, inode: string): string[] | undefined {
  const rows = readTable(table).map((line) => line.trim().split(/\s+/));
  return rows.find((cells) => cells[column] === inode);
}

function readTable(name: string): string[] {
  try {
    return fs.readFileSync(`/proc/self/net/${name}`, 'latin1').split('\n');
  } catch {
    return []; // no IPv6 here
  }
}

/** `0100007F:0E30` is port 3632 of 127.0.0.1: words of four bytes, each as this machine keeps it. */
function readPeer(cell: string): SocketPeer {
  const [address = '', port = ''] = cell.split(':');
  const bytes = Buffer.from(address, 'hex').swap32();
  return { remoteAddress: formatBytes(bytes), remotePort: parseInt(port, 16) };
}

function formatBytes(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.toString('hex', 0, 12) === '00000000000000000000ffff';
  if (isMapped) return `::ffff:${bytes.subarray(12).join('.')}`;
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return new URL(`tcp://[${groups.join(':')}]`).hostname.slice(1, -1); // ::1, not 0000:…:0001
}
