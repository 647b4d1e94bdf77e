/** The task type that the examples of planners, managers and strategies ask for: it comes with every Bosun. */
export const PAGES = 'generate_page'

/** Source text of the specifier of the plugin that does it. */
export const PAGES_PLUGIN = `'@bosun/worker-pages'`
