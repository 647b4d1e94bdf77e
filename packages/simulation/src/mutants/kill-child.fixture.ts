import { kill, type Kill } from './kill.fixture.ts'
import type { Mutant } from './mutant.fixture.ts'

/** What the pool hears of a mutant. */
export type KillReport = { readonly kill: Kill } | { readonly error: string }

/** What the pool asks of a process. */
export interface KillOrder {
  readonly mutant: Mutant
  readonly schedulesMax?: number | undefined
}

// A process of the pool: it is given a mutant and answers with what became of it.
process.on('message', ({ mutant, schedulesMax }: KillOrder) => {
  kill(mutant, schedulesMax).then(
    (found) => report({ kill: found }),
    (error: unknown) => report({ error: String(error) }),
  )
})

function report(message: KillReport): void {
  process.send?.(message)
}
