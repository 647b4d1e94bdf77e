import { kill, type Kill } from './kill.fixture.ts'
import { MUTANTS } from './mutants.fixture.ts'

/** What the pool hears of a mutant. */
export type KillReport = { readonly kill: Kill } | { readonly mutant: string; readonly error: string }

// A process of the pool: it is told the name of a mutant and answers with what became of it.
process.on('message', (name: string) => {
  const mutant = MUTANTS.find((each) => each.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`)
  kill(mutant).then(
    (found) => report({ kill: found }),
    (error: unknown) => report({ mutant: name, error: String(error) }),
  )
})

function report(message: KillReport): void {
  process.send?.(message)
}
