import type { Simulator } from '../world/simulator.ts'

/** A simulator that gives a sign of life with every schedule. */
export function beatingSimulator(simulator: Simulator, beat: () => void): Simulator {
  const beating = <A extends readonly unknown[], R>(run: (...args: A) => R) => {
    return (...args: A): R => {
      beat()
      return run(...args)
    }
  }
  return {
    isAsync: simulator.isAsync,
    run: beating(simulator.run),
    trace: beating(simulator.trace),
    runAsync: beating(simulator.runAsync),
    traceAsync: beating(simulator.traceAsync),
  }
}
