import { FAULT_KINDS, smaller, type ChoiceList, type FaultScope } from '@bosun/simulation'
import { Arbitrary, Stream, Value, type Random } from 'fast-check'
import { Scenario } from './scenario.ts'

/** What scenarios are drawn from. */
export interface ScenarioOptions {
  /**
   * Faults that may strike. Default: all of the catalogue; an empty list for none. A scenario that
   * compares two runs may still have a crash or a duplicate of its own; `comparesRuns: false` of
   * `simulate` leaves those out.
   */
  readonly faults?: FaultScope['faults']
  /** Faults of one scenario at most. Default 6. */
  readonly faultsMax?: number
}

/**
 * Scenarios as a fast-check arbitrary: each is one schedule of a simulated world. It shrinks with the
 * shrinker of the harness (a task, a slot, a fault at a time), once `simulate` has run it.
 *
 * @example
 * import { scenarios, simulate } from 'bosun/testing'
 * import * as fc from 'fast-check'
 *
 * fc.assert(
 *   fc.property(scenarios(), (scenario) => {
 *     const { end } = simulate(survey, { ...check, scenario })
 *     return end.violation === undefined
 *   }),
 * )
 */
export function scenarios(options: ScenarioOptions = {}): Arbitrary<Scenario> {
  return new ScenarioArbitrary({ faults: options.faults ?? FAULT_KINDS, faultsMax: options.faultsMax ?? 6 })
}

class ScenarioArbitrary extends Arbitrary<Scenario> {
  readonly #scope: FaultScope

  constructor(scope: FaultScope) {
    super()
    this.#scope = scope
  }

  generate(random: Random): Value<Scenario> {
    return new Value(Scenario.ofSeed(random.nextInt(0, 0x7fffffff), this.#scope), undefined)
  }

  canShrinkWithoutContext(value: unknown): value is Scenario {
    return value instanceof Scenario
  }

  shrink({ list, setting }: Scenario): Stream<Value<Scenario>> {
    if (list === undefined) return Stream.nil()
    return new Stream(smallerScenarios(list, setting))
  }
}

function* smallerScenarios(list: ChoiceList, setting?: string): IterableIterator<Value<Scenario>> {
  for (const choices of smaller(list)) {
    // Among its neighbours is now and then the list itself, and shrinking has to come to an end.
    if (choices.length < list.length || sumOf(choices) < sumOf(list)) {
      yield new Value(Scenario.ofChoices(choices, setting), undefined)
    }
  }
}

function sumOf(choices: ChoiceList): number {
  return choices.reduce((sum, { value }) => sum + value, 0)
}
