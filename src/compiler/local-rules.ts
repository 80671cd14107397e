/** What an option does that keeps its job on this machine: a pattern for the option, and a clause. */
type LocalRule = readonly [pattern: RegExp, clause: string];

/**
 * Options that need files of this machine, leave files beside the output, run other programs, or
 * make something else than an object. The first that matches names the reason. A rule too many costs
 * one remote job, a rule too few a wrong object.
 */
export const localRules: readonly LocalRule[] = [
  [/^-E$/, 'only preprocesses'],
  [/^-M(?!M?D$|[GP]$|[FTQ])/, 'makes a list of dependencies'],
  [/^-m(?:arch|tune|cpu)=native/, "means this machine's processor"],
  [/^-(?:flto|fwhopr|fthin)/, 'leaves the compilation to the linker'],
  [
    /^-f(?:cs-profile|auto-profile|memory-profile|profile-|branch-prob|test-cov|coverage-map)/,
    'reads or writes profiles',
  ],
  [/^--?coverage$/, 'reads or writes profiles'],
  [
    /^-(?:gsplit-dwarf|save-temps|save-stats|fdump-|fstack-usage|fcallgraph-info)/,
    'writes more files',
  ],
  [/^-f(?:time-trace|save-optimization|optimization-record|proc-stat)/, 'writes more files'],
  [/^-f(?:compare-debug|opt-info.*=|ada-spec|deps-|vtv-|repo$)/, 'writes more files'],
  [/^-fdiagnostics-(?:format=.*file|add-output|set-output)/, 'writes more files'],
  [
    /^-fdiagnostics-(?:format=(?!text$)|generate-patch)/,
    'makes one report of what preprocessor and compiler say',
  ],
  [/^-(?:aux-info|gen-|serialize-diag|time|fcrash-diag)/, 'writes more files'],
  [/^-d(?!A$|p$|ynamic)/, "is the compiler's own debugging"],
  [/^-(?:v|###|Q|print-.*|ftime-report.*|fmem-report.*)$/, 'prints how this compiler works'],
  [/^-(?:fmodule|fimplicit-module|fprebuilt|fbuild-session|gmodules)/, 'needs compiled modules'],
  [/^-(?:include-p[ct]h|fpch-)/, 'needs precompiled headers'],
  [/^-(?:emit-|fsyntax-only|analyze)/, 'makes no object'],
  [/^-(?:fplugin|fpass-plugin|iplugindir|load)/, 'loads code into the compiler'],
  [/^-(?:wrapper|specs|B|V$|b$|no-integrated-cpp|ccc-|gcc-toolchain)/, 'runs other programs'],
  [/^-cc1/, 'runs a part of the compiler alone'],
  [
    /^-X(?:arch|analyzer|openmp|cuda)|^-f(?:offload|openmp-targets|embed-|cuda)/,
    'is for another device',
  ],
  [/^-(?:working-directory|resource-dir|ivfsoverlay)/, 'moves files about'],
  [
    /^-f(?:directives-only|rewrite-|preprocessed|no-working-dir|debug-cpp|minimize-|use-line|keep-system)/,
    'changes the preprocessed text',
  ],
  [/^-fdebug-macro$/, 'needs macros that a preprocessor of clang leaves out'],
  [/^-(?:P|C|CC)$/, 'changes the preprocessed text'],
  [/^-f(?:sanitize|xray)[\w-]*list=|^-fxray-(?:always|never)/, 'reads a file of this machine'],
  [
    /^-f(?!instrument|\w+-compilation-dir)[\w-]*-(?:file|path|dir|list)(?:=|$)/,
    'reads a file of this machine',
  ],
  [/^-f(?:basic-block-sections=list|override-record)/, 'reads a file of this machine'],
  [/^-(?:[fg]record-(?:gcc-sw|command)|fverbose-asm)/, 'writes the command line into the output'],
  [/^-gembed-source/, 'reads a file of this machine'],
  [/^-ObjC/, 'names the language in a way that is compiled here only'],
  [/^--(?!param(?:=|$)|sysroot(?:=|$)|std=|target=)/, 'is not known to distcc'],
];
