import type { Engine } from './engine.ts'

/**
 * The engine is imported when a command needs it, so that help and mistakes are answered at once.
 */
export async function loadEngine(): Promise<Engine> {
  const { runtimeEngine } = await import('./runtime-engine.ts')
  return runtimeEngine
}
