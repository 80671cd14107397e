import { discoverMdns } from '../../src/discovery/mdns.ts';
import { collect, makeOptions } from '../discovery/collect.ts';
import { makeFakeResolver, missing } from '../discovery/fake-resolver.ts';

// Prints what multicast DNS finds under one name on the machine this runs on.
const options = makeOptions({ resolver: makeFakeResolver(() => missing), mdns: { waitMs: 600 } });
const { all } = await collect(discoverMdns(process.argv[2] ?? '', options));
process.stdout.write(`${JSON.stringify(all)}\n`);
