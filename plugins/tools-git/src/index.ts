export { toolsGit as default } from './plugin.ts'
