export { toolsHttp as default } from './plugin.ts'
