export { runBroker } from './broker.ts';
export type { BrokerOptions } from './broker.ts';
export type { Fault, GateTarget } from './gate.ts';
export { makeScheduler } from './make-scheduler.ts';
export type { Scheduling, WorldOptions } from './make-scheduler.ts';
export type { Ending, Grant, HostGrant, JobStatus, Phase, Stats, Wish } from './messages.ts';
export { BrokerLostError, openBroker } from './open-broker.ts';
export type { Broker } from './open-broker.ts';
export type { BrokerCommand } from './start-broker.ts';
