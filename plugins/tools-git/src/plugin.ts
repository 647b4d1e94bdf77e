import { definePlugin } from '@bosun/sdk'
import { gitApply, gitDiff, gitLog, gitShow, gitStatus } from './git-tools.ts'

/** The git tools that the SDK declares, with the code behind them. */
export const toolsGit = definePlugin({
  name: '@bosun/tools-git',
  tools: [gitStatus, gitDiff, gitLog, gitShow, gitApply],
})
