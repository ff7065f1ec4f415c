/*
 * The system's clock may be set while the process runs, wrongly or rightly; the one that counts from the start of the
 * process cannot, but it does not learn of a correction, and stands still while the machine sleeps. What is told to another
 * process, or was told by one, goes by whichever of both does less harm. Milliseconds since the epoch.
 */

/** What has ended by this time has ended by both clocks. */
export function earliestNow(): number {
  return Math.min(Date.now(), steadyNow());
}

/** What has not begun by this time has begun by neither clock. */
export function latestNow(): number {
  return Math.max(Date.now(), steadyNow());
}

function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
