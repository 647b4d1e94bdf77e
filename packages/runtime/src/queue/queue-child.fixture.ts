import { createInterface } from 'node:readline'
import { TicketQueue } from './ticket-queue.ts'

/** A process that wants to manage runs: `enter RUN` and `leave RUN` on its input, what comes of it on its output. */
const [stateDir = '', runsMax = '1'] = process.argv.slice(2)
const queue = new TicketQueue(stateDir, Number(runsMax))
const turns = new Map<string, () => void>()
const tell = (...words: readonly unknown[]) => process.stdout.write(`${words.join(' ')}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  const [asked, run = ''] = line.split(' ')
  if (asked === 'leave') {
    turns.get(run)?.()
    tell('left', run)
    continue
  }
  const onWait = ({ place }: { readonly place: number }) => tell('waits', run, place)
  queue.enter({ run, manager: 'm', takesOver: asked === 'take', onWait }).then(
    ({ withdrawn, leave }) => {
      turns.set(run, leave)
      if (withdrawn === undefined) return tell('goes', run)
      leave()
      return tell('withdrawn', run, withdrawn.by, withdrawn.reason)
    },
    (error: { readonly code?: string }) => tell('refused', run, error.code),
  )
}
