// What is true of an RTO clock wherever it is shown.

// A status of an earlier collector has no `running`: a clock that is there and not restored runs.
export function isRunning(clock) {
  return clock !== null && (clock.running ?? clock.restored === null);
}
