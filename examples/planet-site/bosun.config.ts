// A fixed plan, read from plan.yaml: two pages side by side, then the index that links both.
export default {
  plugins: ['@bosun/planner-files', '@bosun/tools-files', '@bosun/worker-pages'],
  planner: 'files',
  manager: 'fanOut',
}
