import { command, definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'

/** Starts processes that start processes, and waits for them: they end when somebody ends them. */
const planter = defineWorker({
  name: 'planter',
  summary: 'Grows a tree of processes.',
  handles: 'grow_tree',
  body: z.strictObject({ seconds: z.string() }),
  result: z.json(),
  tools: { sh: command.run('sh -c *') },
  async run({ body }, { tools }) {
    const leaf = `sleep ${body.seconds}`
    const branch = `sh -c '${leaf} & ${leaf}; true' & wait`
    const { exitCode } = await tools.sh({ command: 'sh', args: ['-c', branch] })
    return { exitCode }
  },
})

export default definePlugin({ name: 'trees', workers: [planter] })
