/** What a file of /etc/default says instead, and what makes the units of examples/systemd Debian's. */
const changes = {
  'lsdistcc-distccd': [
    'distccd.service',
    ['--allow-private', '$DISTCCD_OPTIONS'],
    // Whose name a key of --tls can be readable to, too.
    ['DynamicUser=yes', 'User=distccd'],
  ],
  'lsdistcc-watch': ['lsdistcc-watch.service', ['mydistcc%%d', '$LSDISTCC_OPTIONS']],
};

/**
 * The units, by name without `.service`.
 * @param read - reads a file of the checkout
 */
export function renderUnits(read) {
  return Object.entries(changes).map(([name, [example, ...others]]) => {
    const settings = `/etc/default/${name}`;
    const words = [
      ['ExecStart=/usr/local/bin/', `EnvironmentFile=-${settings}\nExecStart=/usr/lib/lsdistcc/`],
      ...others,
    ];
    const [, unit] = split(read(`examples/systemd/${example}`), '[Unit]\n');
    const text = words.reduce(replaceOnce, unit);
    return [
      name,
      `# Its options are in ${settings}; change the rest by: systemctl edit ${name}\n[Unit]\n${text}`,
    ];
  });
}

/** The example has changed when there is not one place: then this is to be thought over. */
function replaceOnce(text, [wanted, replacement]) {
  return split(text, wanted).join(replacement);
}

function split(text, wanted) {
  const parts = text.split(wanted);
  if (parts.length !== 2) throw new Error(`Want "${wanted}" once in a unit of examples/systemd`);
  return parts;
}
