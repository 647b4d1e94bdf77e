import { syncBuiltinESMExports } from 'node:module'

/** Functions of the platform that code may import by name, and so hold on to: module, then functions. */
const IMPORTABLE: readonly (readonly [module: string, ...names: string[]])[] = [
  ['node:timers', 'setTimeout', 'setInterval', 'setImmediate'],
  ['node:timers/promises', 'setTimeout', 'setInterval', 'setImmediate'],
  ['node:crypto', 'randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync'],
]

let isDone = false

/**
 * Puts a stand-in in front of each function that code can import by name; `refuse` is asked at every
 * call, and throws or lets it pass. Done once for the process and not undone: an import that was bound
 * once cannot be swapped for every step.
 */
export function guardBuiltins(refuse: (name: string) => void): void {
  if (isDone) return
  isDone = true
  for (const [module, ...names] of IMPORTABLE) {
    const functions = process.getBuiltinModule(module) as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const name of names) {
      const real = functions[name]
      if (real !== undefined) functions[name] = inFrontOf(real, () => refuse(`${name} of ${module}`))
    }
  }
  syncBuiltinESMExports()
}

function inFrontOf<F extends (...args: unknown[]) => unknown>(real: F, ask: () => void): F {
  const standIn = function (this: unknown, ...args: unknown[]) {
    ask()
    return Reflect.apply(real, this, args)
  }
  // `setTimeout` carries its promised form as a member.
  return Object.defineProperties(standIn, Object.getOwnPropertyDescriptors(real)) as F
}
