import { execFileSync } from 'node:child_process';
import { ArgumentError } from '../errors/index.ts';

/** Whom root serves as when nobody is named; Debian's package makes `distccd`. */
const DEFAULT_USERS = ['distccd', 'distcc', 'nobody'] as const;

/** A user of this machine. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom this process is to serve as.
 * @param named - `--user`
 * @returns undefined for one that is not root: it stays who it is
 * @throws {ArgumentError} when there is no such user
 */
export function findUser(named: string | undefined): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const names = named === undefined ? DEFAULT_USERS : [named];
  const user = names.map(lookUp).find((each) => each !== undefined);
  if (user !== undefined) return user;
  throw new ArgumentError(`Cannot serve as the user "${names.join('" or "')}": no such user`);
}

/** Give up root's powers for good: groups first, for only root may change them. */
export function dropPrivileges({ uid, gid }: User): void {
  if (uid === 0) return; // who says --user root means it
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** id(1) knows all that the system knows, not /etc/passwd alone. */
function lookUp(name: string): User | undefined {
  if (!/^[\w.][\w.@-]*$/.test(name)) return undefined;
  try {
    const [uid = NaN, gid = NaN] = ['-u', '-g'].map((option) =>
      Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: 'pipe' })),
    );
    return Number.isInteger(uid) && Number.isInteger(gid) ? { name, uid, gid } : undefined;
  } catch {
    return undefined;
  }
}
