export { toolsFiles as default } from './plugin.ts'
