import { Command } from 'commander'
import { columnsOf, paintOf, print, printJson, withExample, type Cli } from '../cli.ts'
import type { PlanPreview, Project } from '../engine.ts'
import { pathText } from '../path-flag.ts'
import { withProjectOptions, type ProjectOptions } from '../project-command.ts'
import { planJson, renderPlan } from '../render/plan-preview.ts'

interface PlanOptions extends ProjectOptions {
  readonly save?: string
}

/** `bosun plan [folder]`: what a run would do; starts nothing. */
export function planCommand(cli: Cli): Command {
  const command = new Command('plan')
    .summary('show what a run would do')
    .description(
      'Shows the tasks of a goal, how many can run at a time and how deep they go. Says what the run may\n' +
        'take at most, and what it is expected to take, by what tasks of its types took before. Starts nothing.',
    )
  command
    .argument('[folder]', 'project folder', pathText, '.')
    .option('--save <file>', 'write the plan as a file that `bosun run --plan` carries out as it is', pathText)
  withExample(withProjectOptions(command), 'bosun plan', 'bosun plan examples/planet-site --save plan.lock.json')
  return command.action(async (folder: string, options: PlanOptions) => {
    const { withProject } = await import('../with-project.ts')
    await withProject(cli, folder, options, async (project) => {
      const preview = await project.planPreview(options.goal)
      if (options.save !== undefined) {
        const { savePlan } = await import('../save-plan.ts')
        await savePlan(cli, options.save, project, preview)
      }
      await show(cli, project, preview, options)
    })
  })
}

// ---------------------------------------------------------------------------------------------

async function show(cli: Cli, project: Project, preview: PlanPreview, { json }: PlanOptions): Promise<void> {
  const { planShape } = await import('@bosun/kernel')
  const { planHistory } = await import('../plan-history.ts')
  const { outlookOf } = await import('../plan-outlook.ts')
  const { tasks, workers } = preview
  const shape = planShape(tasks)
  const { config, origins } = project.effective
  const outlook = outlookOf(tasks, workers, config.limits, await planHistory(cli, project, tasks))
  if (json === true) await printJson(cli, planJson(preview, shape, project.effective, outlook))
  else {
    const effective = { origins, slotsMax: config.limits.slotsMax, outlook }
    await print(cli, renderPlan(preview, shape, effective, paintOf(cli), columnsOf(cli)))
  }
}
