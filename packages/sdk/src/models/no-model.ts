import { BosunError } from '@bosun/core'

/** Stands where models are asked for and none is at hand. @throws MODEL_UNKNOWN */
export function noModel(name: string): never {
  throw new BosunError('MODEL_UNKNOWN', { received: `"${name}"`, expected: 'no model at all, since none is at hand' })
}
