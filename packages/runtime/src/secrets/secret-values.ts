/** The values of variables that are set, by name; what is not set is no secret. */
export function secretValues(names: Iterable<string>, env: NodeJS.ProcessEnv): Map<string, string> {
  const values = new Map<string, string>()
  for (const name of names) {
    const value = env[name]
    if (value !== undefined && value !== '') values.set(name, value)
  }
  return values
}
