/** `run/task@epoch`: known before the attempt starts; its parent is always the run. */
export function attemptId(run: string, task: string, epoch: number): string {
  return `${run}/${task}@${epoch}`
}

/** The parts of an attempt's id, or `undefined` for a text that is none. */
export function parseAttemptId(id: string): { run: string; task: string; epoch: number } | undefined {
  const slash = id.indexOf('/')
  const at = id.lastIndexOf('@')
  const epoch = Number(id.slice(at + 1))
  if (slash < 1 || at <= slash + 1 || !Number.isSafeInteger(epoch) || epoch < 1) return undefined
  return { run: id.slice(0, slash), task: id.slice(slash + 1, at), epoch }
}
