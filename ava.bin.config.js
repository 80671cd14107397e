/** The tests that run the programs, for `npm run test:bin`: there the single-file executable is what they run. */
export default {
  files: [
    'build/test/{bin,cli,debian,pairing}/*.test.js',
    'build/test/examples/{hosts,kubernetes,makefile,masquerade,shell-prestep,systemd}.test.js',
    'build/test/client/tls.test.js',
    'build/test/discovery/mdns-avahi.test.js',
    'build/test/vetting/verdicts.test.js',
  ],
  environmentVariables: { LSDISTCC_BIN: 'dist/bin' },
  timeout: '120s',
  workerThreads: false,
};
