import { createHook } from 'node:async_hooks'
import { userPlace } from './user-place.ts'

/** What opens and closes within the language and the drain of the lanes; no wait for the machine. */
const OWN: ReadonlySet<string> = new Set(['PROMISE', 'TickObject', 'Immediate', 'Microtask'])

let last: string | undefined

/** Notes where user code opens resources of the machine (timers, files, sockets) until it is stopped. One at a time. */
export function traceOrigins(): { stop(): void } {
  last = undefined
  const hook = createHook({
    init: (_, type) => {
      if (!OWN.has(type)) last = userPlace() ?? last
    },
  })
  hook.enable()
  return {
    stop: () => {
      hook.disable()
      last = undefined
    },
  }
}

/** Where user code last opened a resource of the machine, while that is traced. */
export function lastOrigin(): string | undefined {
  return last
}
