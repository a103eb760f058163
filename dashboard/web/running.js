// The numbers of a status that follow from the hour: they are never sent with a difference (dashboard/delta.c, RUNNING), so they are
// counted here from what does not move. The two lists go together.

const since = (now, then) => (then === null || then === undefined ? null : now - then);

// `status` as it reads at the hour `now`, by the collector's clock. What does not run is the very same object.
export function atHour(status, now) {
  const services = status.services.map((s) => {
    const next = { ...s };
    if (s.clock) {
      const end = s.clock.restored ?? now;
      next.clock = { ...s.clock, elapsed: end - s.clock.began, left: s.clock.breach_at - end };
    }
    if (s.exposure) next.exposure = { ...s.exposure, elapsed: now - s.exposure.since };
    if (s.rpo) next.rpo = { ...s.rpo, age: since(now, s.rpo.copy) };
    return next.clock === s.clock && next.exposure === s.exposure && next.rpo === s.rpo ? s : next;
  });
  const watch = status.watch && { ...status.watch, last_commit_age: since(now, status.journal.last_commit) };
  return { ...status, now, services, ...(watch ? { watch } : {}) };
}
