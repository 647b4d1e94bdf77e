export { toolsCommand as default } from './plugin.ts'
