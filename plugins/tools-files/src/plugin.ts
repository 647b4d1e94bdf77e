import { definePlugin } from '@bosun/sdk'
import { deleteFiles, editFiles, listFiles, moveFiles, readFiles, searchFiles, writeFiles } from './file-tools.ts'

/** The file tools that the SDK declares, with the code behind them. */
export const toolsFiles = definePlugin({
  name: '@bosun/tools-files',
  tools: [readFiles, listFiles, searchFiles, writeFiles, editFiles, moveFiles, deleteFiles],
})
