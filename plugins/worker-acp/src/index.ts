export { workerAcp as default } from './plugin.ts'
