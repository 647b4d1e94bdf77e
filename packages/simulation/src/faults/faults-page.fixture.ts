import { FAULT_CATALOGUE, LEFT_OUT, LEFT_OUT_IN_PART, type FaultEntry } from './fault-catalogue.ts'

const TARGETS = {
  worker: 'Workers and their hosts',
  network: 'Messages between manager and slots',
  store: 'The store of the journal and of published files',
  manager: "The manager's process",
  clock: 'Clocks and timers',
  provider: 'Models and what they cost',
  planner: 'Planners',
  people: 'People and circumstances',
} as const satisfies Record<FaultEntry['target'], string>

/** The page of all faults, drawn from the catalogue. */
export function faultsPage(): string {
  const entries = Object.entries<FaultEntry>(FAULT_CATALOGUE)
  const sections = Object.entries(TARGETS).map(([target, title]) => {
    const rows = entries
      .filter(([, entry]) => entry.target === target)
      .map(([kind, { number, sentence, heal }]) => `- \`${kind}\` (${number}): ${sentence} In the calm: ${heal}.`)
    return `## ${title}\n\n${rows.join('\n')}`
  })
  return `${HEAD}\n\n${sections.join('\n\n')}\n\n## Left out\n\n${reasons(LEFT_OUT)}\n\n## Left out in part\n\n${reasons(LEFT_OUT_IN_PART)}\n`
}

const HEAD = `# Faults

Drawn from \`packages/simulation/src/faults/fault-catalogue.ts\`; a test fails when this page is not current.

What can go wrong in a simulated world, by name, with its number in the catalogue. A schedule knows a few of
them, chosen at random, and a drawn number of them strike. When the calm begins no fault strikes any more, what
they left is healed, and things have to go forward.`

function reasons(leftOut: Readonly<Record<number, string>>): string {
  return Object.entries(leftOut)
    .map(([number, reason]) => `- ${number}: ${reason}`)
    .join('\n')
}
