import { BosunError } from '@bosun/core'
import type { Engine } from './engine.ts'

/**
 * The engine, from the door of composers. It is imported when a command needs it, so that help and
 * mistakes are answered at once.
 */
export async function loadEngine(): Promise<Engine> {
  const door: object = await import('bosun')
  const names = ['openProject', 'openState', 'stateDirOf', 'readFactsFile'] as const
  const missing = names.filter((name) => typeof Reflect.get(door, name) !== 'function')
  if (missing.length > 0) {
    throw new BosunError('INTERNAL', { at: 'bosun', expected: names.join(', '), received: `no ${missing.join(', ')}` })
  }
  return door as Engine
}
