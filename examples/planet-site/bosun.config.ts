import { defineConfig } from 'bosun'

// A fixed plan, read from plan.yaml: two pages side by side, then the index that links both.
export default defineConfig({ plugins: ['@bosun/worker-pages'], planner: 'files', manager: 'fanOut' })
