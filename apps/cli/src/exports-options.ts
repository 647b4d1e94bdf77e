/** Whether a module exports options for its check. It is loaded already, so nothing runs. */
export async function exportsOptions(url: string): Promise<boolean> {
  return 'check' in ((await import(url)) as object)
}
