export { toolsMcp as default } from './plugin.ts'
