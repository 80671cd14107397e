#!/usr/bin/env node
// `npm start`, or `npm start -- --tls`: a farm on this machine alone, good hosts and bad ones, and a real build on those that pass.
import { runCli } from '../../src/cli/run-cli.ts';
import { DistccError } from '../../src/errors/index.ts';
import { buildProject } from './build-project.ts';
import { startFarm } from './farm.ts';
import type { Farm } from './farm.ts';
import { chooseProject } from './projects.ts';
import { makeScreen } from './screen.ts';
import type { Screen } from './screen.ts';
import { unpackSource } from './source.ts';
import { setStage } from './stage.ts';
import { vetFarm } from './vet-farm.ts';

const screen = makeScreen(process.stdout, process.env);

await runCli('npm start', {}, async (signal) => {
  try {
    await showFarm(signal);
    return 0;
  } catch (error) {
    if (signal.aborted) screen.line('', 'Stopped: the farm and all of its files are gone');
    if (signal.aborted || !(error instanceof DistccError)) throw error;
    process.stderr.write(`npm start: ${error.message}\n`);
    return 1;
  }
});

async function showFarm(signal: AbortSignal): Promise<void> {
  const startedAtMs = performance.now();
  const project = chooseProject();
  await using stage = setStage(signal);
  const source = await unpackSource(project, { stage, screen });
  const options = process.argv.slice(2);
  await using farm = await startFarm(stage, options.includes('--tls'));
  introduce(farm);
  const hosts = await vetFarm(farm, { stage, screen, options });
  const buildMs = await buildProject(project, { stage, screen, source, hosts, farm });
  const elapsedMs = performance.now() - startedAtMs;
  screen.line('', `All of that took ${seconds(elapsedMs)}, the build ${seconds(buildMs)}.`, '');
  sayWhatNext(screen);
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

function introduce(farm: Farm): void {
  screen.title(
    `A farm of ${farm.hosts.length} hosts on this machine alone, with a DNS of its own:`,
  );
  for (const { name, address, about } of farm.hosts) {
    screen.line(`  ${name}  ${address}  ${about}`);
  }
}

function sayWhatNext(to: Screen): void {
  to.title('Next, with your own farm:');
  to.line('', 'Here and on every machine that helps, put the programs on the PATH:');
  to.command('npm install --global .');
  to.line('On every machine that helps:');
  to.command('distccd --allow-private');
  to.line('Here, when their names are mydistcc1, mydistcc2 and so on:');
  to.command(
    `export DISTCC_HOSTS="$(lsdistcc 'mydistcc%d')" && make -j"$(distcc -j)" CC='distcc gcc'`,
  );
}
