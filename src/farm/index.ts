export { initAuthority, openAuthority } from './authority.ts';
export type { Authority } from './authority.ts';
export { readRequest } from './certificate-requests.ts';
export type { MachineRequest } from './certificate-requests.ts';
export { nameOf } from './certificates.ts';
export type { MachineWords } from './certificates.ts';
export { fingerprintOf } from './keys.ts';
export { checkWords } from './machine-words.ts';
export {
  addMachine,
  approveMachine,
  listMachines,
  renewMachine,
  revokeMachine,
} from './machines.ts';
export type { Machine } from './machines.ts';
export { requestCertificate } from './request.ts';
