/**
 * A timer for those who wait for a peer: before it says that the time is over, what lies in the sockets is
 * read. After a stall of this process the event loop would run its timers first, and every answer that came
 * in the meantime would be late.
 * @returns stops it
 */
export function startPatientTimer(callback: () => void, ms: number): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(callback);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}
