import type { Kind, TemplateOptions } from './template.ts'

/** The kinds that an option means something to, and its form. */
const OPTIONS: Readonly<Record<keyof TemplateOptions, { kinds: readonly Kind[]; form: RegExp; expected: string }>> = {
  taskType: {
    kinds: ['worker', 'planner', 'manager'],
    form: /^[a-z][a-z0-9_]{0,49}$/,
    expected: 'a task type of lower-case letters, digits and _',
  },
  model: {
    kinds: ['worker'],
    form: /^[a-z][a-z0-9-]{0,49}$/,
    expected: 'an alias of lower-case letters, digits and dashes',
  },
}

/** What is wrong with options for a kind, and with which; `undefined` if nothing is. */
export function optionsFault(
  kind: Kind,
  options: TemplateOptions,
): { readonly option: keyof TemplateOptions; readonly fault: string } | undefined {
  for (const [option, { kinds, form, expected }] of entriesOf(OPTIONS)) {
    const value = options[option]
    if (value === undefined) continue
    if (!kinds.includes(kind)) return { option, fault: `a ${kind} has none` }
    if (!form.test(value)) return { option, fault: `${JSON.stringify(value)} is not ${expected}` }
  }
  return undefined
}

// ---------------------------------------------------------------------------------------------

function entriesOf<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][]
}
