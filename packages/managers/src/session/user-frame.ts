const FRAMES_MAX = 60

/** Frames of the stream library, of Node and of our own plumbing say nothing to the author of a manager. */
const PLUMBING = /[\\/]node_modules[\\/]rxjs[\\/]|\(?node:|<anonymous>|native code/
const OURS = ownFiles(import.meta.url, [
  'session/manager-session',
  'session/timer-guard',
  'session/user-frame',
  'define/decide',
  'define/define-manager',
  'define/fold-manager',
  'nested/part',
])

/**
 * The innermost place in user code of a call stack, `/path/survey.ts:12:5`, or `undefined` if only
 * libraries are on it (a promise that resolved, for example).
 *
 * @param stack of an error; by default, the current one
 * @param isOurs whether a place is one of the driver's own, which say nothing to an author either;
 *   by default, one of the plumbing of managers
 */
export function userFrame(
  stack = currentStack(),
  isOurs: (place: string) => boolean = (place) => OURS.test(place),
): string | undefined {
  for (const line of linesOf(stack)) {
    if (PLUMBING.test(line)) continue
    const place = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*:\d+:\d+)\)?$/.exec(line)?.[1]
    if (place !== undefined && !isOurs(place)) return place.replace(/^file:\/\//, '')
  }
  return undefined
}

/** Whether a function of this name is on the current call stack. */
export function isCalledFrom(name: string): boolean {
  return linesOf(currentStack()).some((line) => line.includes(`at ${name} `) || line.includes(`.${name} `))
}

/** The stack of the caller, deep enough to show user code below a few layers of libraries. */
export function currentStack(): string {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES_MAX
  const stack = new Error('only for its stack').stack ?? ''
  Error.stackTraceLimit = before
  return stack
}

function linesOf(stack: string): string[] {
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
}

function ownFiles(here: string, names: readonly string[]): RegExp {
  const folder = new URL('..', here).pathname.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`${folder}(?:${names.join('|')})\\.[jt]s`)
}
