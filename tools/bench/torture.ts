/**
 * The long counts: `npm run torture`, or `npm run torture -- manager 200` for one of them. Prints what
 * it is doing, ends with a table, and exits 1 if any count that must be 0 is not.
 */
import { killRounds, type KillReport } from './src/kill-rounds.ts'

const SUITES: Readonly<
  Record<string, { readonly rounds: number; readonly run: (rounds: number) => Promise<KillReport> }>
> = {
  manager: { rounds: 200, run: (rounds) => killRounds({ rounds, victim: 'manager', onRound: tell('manager') }) },
  host: { rounds: 30, run: (rounds) => killRounds({ rounds, victim: 'host', onRound: tell('host') }) },
}

const [name, count] = process.argv.slice(2)
const chosen = name === undefined ? Object.keys(SUITES) : [name]
for (const suite of chosen) {
  const found = SUITES[suite]
  if (found === undefined) {
    console.error(`There is no suite "${suite}"; there are ${Object.keys(SUITES).join(', ')}.`)
    process.exit(2)
  }
  // One suite after the other: they share the machine and the example's workspace.
  // oxlint-disable-next-line no-await-in-loop
  const { faults, ...figures } = await found.run(count === undefined ? found.rounds : Number(count))
  console.log(`\n${suite}`)
  console.table(figures)
  for (const fault of faults) console.log(`  ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

function tell(suite: string): (round: number, report: KillReport) => void {
  return (round, { rounds, killed, faults }) => {
    if (process.stdout.isTTY)
      process.stdout.write(`\r${suite}: ${round} of ${rounds}, ${killed} killed, ${faults.length} faults `)
    else if (round % 10 === 0 || round === rounds)
      console.log(`${suite}: ${round} of ${rounds}, ${killed} killed, ${faults.length} faults`)
  }
}
