import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Wait until nobody else holds a lock, and take it: a file with the owner's process id, which appears
 * with its content. A dead owner's lock is taken over; an owner that exits gives it back.
 * @returns gives it back
 */
export async function lock(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  const unlock = () => {
    fs.rmSync(own, { force: true });
    if (readOwner(file) === process.pid) fs.rmSync(file, { force: true });
  };
  process.on('exit', unlock);
  fs.writeFileSync(own, String(process.pid));
  let isTold = false;
  while (!tryLink(own, file)) {
    const owner = readOwner(file);
    if (owner !== undefined && !isAlive(owner)) fs.rmSync(file, { force: true });
    else if (!isTold) {
      console.log(`Waiting for another set-up of this checkout (process ${owner})`);
      isTold = true;
    }
    await sleep(100);
  }
  return () => {
    process.off('exit', unlock);
    unlock();
  };
}

function tryLink(own, file) {
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined; // given back at this very moment
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
