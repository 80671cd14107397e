import fs from 'node:fs';
import path from 'node:path';
import { addMachine, initAuthority, openAuthority } from '../../src/farm/index.ts';
import type { FarmHost } from './farm.ts';
import type { Stage } from './stage.ts';

/** Long enough for a demo. */
const DAYS = 1;

/** The folders with each host's certificate, as DISTCC_TLS_DIR wants them. */
export interface Certificates {
  readonly folderOf: (host: Pick<FarmHost, 'name'>) => string;
  /** One of another farm, in the name of each host. */
  readonly foreignFolderOf: (host: Pick<FarmHost, 'name'>) => string;
}

/** Make an authority, certificates for all hosts and one for this machine, as `lsdistcc farm` does. */
export async function certifyFarm(hosts: readonly FarmHost[], stage: Stage): Promise<Certificates> {
  const state = stage.env['DISTCC_DIR'] ?? stage.folder;
  const [own, foreign] = [path.join(state, 'farm'), path.join(stage.folder, 'other-farm')];
  for (const folder of [own, foreign]) {
    await initAuthority(folder, { days: DAYS });
    const authority = await openAuthority(folder);
    for (const { name, address } of hosts) {
      await addMachine(authority, { names: [name, address] }, DAYS);
    }
  }
  const client = await addMachine(await openAuthority(own), { names: [], client: 'me' }, DAYS);
  fs.renameSync(client, path.join(state, 'tls'));
  return {
    folderOf: ({ name }) => path.join(own, 'machines', name),
    foreignFolderOf: ({ name }) => path.join(foreign, 'machines', name),
  };
}
