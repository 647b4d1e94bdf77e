import {
  parseReplay,
  printReplay,
  randomChoices,
  ReplayedChoices,
  type ChoiceList,
  type Choices,
  type FaultScope,
} from '@bosun/simulation'
import { toStringMethod } from 'fast-check'

/** What came of a scenario when it was run last. */
export interface ScenarioRecord {
  readonly choices: ChoiceList
  /** Hash of the setting that it was run in. */
  readonly setting: string
  /** The explanation of what broke; absent when nothing did. */
  readonly story?: string
}

/**
 * One way in which a run can go: everything that can vary, as choices. Made by `scenarios`, by a seed
 * or from a replay string; `simulate` runs it and lets it know what was chosen, which is what it
 * shrinks by.
 */
export class Scenario {
  readonly #choices: () => Choices
  #list: ChoiceList | undefined
  #setting: string | undefined
  #story = ''

  private constructor(choices: () => Choices, list?: ChoiceList, setting?: string) {
    this.#choices = choices
    this.#list = list
    this.#setting = setting
  }

  /** Drawn at random. */
  static ofSeed(seed: number, scope: FaultScope = {}): Scenario {
    return new Scenario(() => randomChoices(seed, scope))
  }

  /** Exactly these choices, all others 0; recorded in this setting, if in any. */
  static ofChoices(list: ChoiceList, setting?: string): Scenario {
    return new Scenario(() => new ReplayedChoices(list), list, setting)
  }

  /** What a replay string says; throws REPLAY_INVALID. */
  static ofReplay(replay: string): Scenario {
    const { choices, setting } = parseReplay(replay)
    return Scenario.ofChoices(choices, setting)
  }

  /** The choices anew; each run needs its own. */
  choices(): Choices {
    return this.#choices()
  }

  /** What was chosen; absent for a drawn one that has not been run. */
  get list(): ChoiceList | undefined {
    return this.#list
  }

  /** Hash of the setting that its choices are of; absent when they may be of any. */
  get setting(): string | undefined {
    return this.#setting
  }

  /** Told by `simulate`. */
  recorded({ choices, setting, story = '' }: ScenarioRecord): void {
    this.#list = choices
    this.#setting = setting
    this.#story = story
  }

  toString(): string {
    if (this.#list === undefined) return 'scenario that was not run'
    return `scenario ${printReplay(this.#list, this.#setting ?? '')}${this.#story === '' ? '' : `\n${this.#story}`}`
  }

  [toStringMethod](): string {
    return this.toString()
  }
}
