import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { rankingTable } from './ranking-table.ts'
import { PlaceSchema, rank } from './ranking.ts'
import { reportPage } from './report-page.ts'
import { ScoreboardSchema } from './scoreboard.ts'

const Body = z.strictObject({ scoreboard: ScoreboardSchema, folder: z.string().min(1) })

const outputs = ({ folder }: z.infer<typeof Body>): [page: string, table: string, data: string] => [
  `${folder}/bake-off.html`,
  `${folder}/ranking.txt`,
  `${folder}/scoreboard.json`,
]

/** Ranks the implementations, and writes the ranking for people and for machines. */
export const reportWriter = defineWorker({
  name: 'report-writer',
  summary: 'Writes the ranking as text and as a page, and the scores behind it as data.',
  handles: 'write_report',
  body: Body,
  result: z.strictObject({ summary: z.string(), ranking: z.array(PlaceSchema), files: z.array(z.string()) }),
  tools: { write: files.write() },
  outputs,
  examples: [
    {
      name: 'a bake-off of nobody',
      body: { scoreboard: { title: 'Empty', sections: [], contestants: [] }, folder: 'out' },
    },
  ],
  async run({ body }, { tools }) {
    const { scoreboard } = body
    const ranking = rank(scoreboard)
    const [page, table, data] = outputs(body)
    await tools.write({ path: page, text: reportPage(scoreboard, ranking) })
    await tools.write({ path: table, text: rankingTable(ranking) })
    await tools.write({ path: data, text: `${JSON.stringify(scoreboard, undefined, 1)}\n` })
    const summary = ranking.map(({ rank: at, name, counts, of }) => `${at}. ${name} ${counts.right}/${of}`).join(', ')
    return { summary: summary || 'nobody took part', ranking: [...ranking], files: [page, table, data] }
  },
})

export default definePlugin({ name: '@bosun/example-bake-off-report', workers: [reportWriter] })
