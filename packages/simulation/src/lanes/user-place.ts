import { currentStack, userFrame } from '@bosun/managers'

/** The packages of the framework, as they lie in the repository or are installed. */
const PACKAGES = new URL('../../../', import.meta.url).pathname.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const NAMES = 'bosun|core|invariants|kernel|managers|runtime|sdk|simulation|testing'
const OURS = new RegExp(`${PACKAGES}(?:${NAMES})/(?:src|dist)/(?!.*\\.(?:spec|fixture)\\.[jt]s)`)
const INSTALLED = /[\\/]node_modules[\\/]/
const TEST_RUNNER = /[\\/]node_modules[\\/](?:\.vite|vite|vitest|@vitest|jest[^\\/]*|mocha)[\\/]/

/**
 * The line of a call stack that a person would look at: of their own code if there is any on it,
 * otherwise of a library that it uses. `undefined` when neither is on it, or when a test runner works on
 * its own behalf.
 *
 * @param stack of an error; by default, the current one
 */
export function userPlace(stack = currentStack()): string | undefined {
  const innermost = userFrame(stack, isOwnPlace)
  if (innermost === undefined || TEST_RUNNER.test(innermost)) return undefined
  const own = userFrame(stack, (place) => isOwnPlace(place) || INSTALLED.test(place))
  return own ?? innermost
}

/** Whether a place lies in the framework itself. */
export function isOwnPlace(place: string): boolean {
  return OURS.test(place)
}
