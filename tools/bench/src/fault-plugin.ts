import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

/** Adds up what the tasks before have brought, and writes the sum to a file. */
const adder = defineWorker({
  name: 'adder',
  summary: 'Adds up numbers and writes the sum to a file.',
  handles: 'add',
  body: z.int(),
  result: z.int(),
  tools: { write: files.write('out/**') },
  async run({ body }, { task, inputs, tools }) {
    const sum = Object.values(inputs).reduce<number>((all, one) => all + Number(one), body)
    for (const path of task.outputs ?? []) await tools.write({ path, text: `${sum}\n` })
    return sum
  },
})

export default definePlugin({ name: 'faults', workers: [adder] })
