import { definePlugin } from '@bosun/sdk'
import { listFiles, readFiles, writeFiles } from './file-tools.ts'

/** The file tools that the SDK declares, with the code behind them. */
export const toolsFiles = definePlugin({ name: '@bosun/tools-files', tools: [readFiles, listFiles, writeFiles] })
