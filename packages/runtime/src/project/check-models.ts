import { BosunError, type ModelRegistry, type WorkerEntry } from '@bosun/core'

/**
 * Looks up the model of each worker, so that a name that nobody knows or a key that is not set is
 * found before anything starts, and not by the first attempt that asks.
 *
 * @throws MODEL_UNKNOWN, MODEL_KEY_MISSING, and what reading a script throws; the place names worker and model
 */
export function checkModels(entries: readonly WorkerEntry[], models: ModelRegistry): void {
  for (const { name, model } of entries) {
    if (model === undefined) continue
    try {
      models.resolve(model)
    } catch (error) {
      throw BosunError.is(error) ? placed(error, `worker ${name}, model "${model}"`) : error
    }
  }
}

// ---------------------------------------------------------------------------------------------

function placed(error: BosunError, place: string): BosunError {
  const { at, expected, received, fix } = error
  return new BosunError(error.code, {
    at: at === undefined ? place : `${place}, ${at}`,
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    fix,
    cause: error,
  })
}
