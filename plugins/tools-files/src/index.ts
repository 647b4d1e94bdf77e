import { definePlugin } from '@bosun/sdk'
import { listFiles, readFiles, writeFiles } from './file-tools.ts'

export default definePlugin({ name: '@bosun/tools-files', tools: [readFiles, listFiles, writeFiles] })
