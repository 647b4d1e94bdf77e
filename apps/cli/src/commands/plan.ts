import { Command } from 'commander'
import { columnsOf, paintOf, print, printJson, withExample, type Cli } from '../cli.ts'
import { pathText } from '../path-flag.ts'
import { withProjectOptions, type ProjectOptions } from '../project-command.ts'
import { planJson, renderPlan } from '../render/plan-preview.ts'

/** `bosun plan [folder]`: what a run would do; starts nothing. */
export function planCommand(cli: Cli): Command {
  const command = new Command('plan')
    .summary('show what a run would do')
    .description('Shows the tasks of a goal, how many can run at a time and how deep they go. Starts nothing.')
  command.argument('[folder]', 'project folder', pathText, '.')
  withExample(withProjectOptions(command), 'bosun plan', 'bosun plan examples/planet-site --json')
  return command.action(async (folder: string, options: ProjectOptions) => {
    const { withProject } = await import('../with-project.ts')
    await withProject(cli, folder, options, async (project) => {
      const preview = await project.planPreview(options.goal)
      const { planShape } = await import('@bosun/kernel')
      const shape = planShape(preview.tasks)
      const { config, origins } = project.effective
      if (options.json === true) await printJson(cli, planJson(preview, shape, project.effective))
      else
        await print(
          cli,
          renderPlan(preview, shape, { origins, slotsMax: config.limits.slotsMax }, paintOf(cli), columnsOf(cli)),
        )
    })
  })
}
