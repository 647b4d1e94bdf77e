/** What the world outside gives to a realm. */
export interface RealmHost {
  /** Reports and refuses a use of what is not there. */
  refuse(name: string): void
  print(text: string): void
}

/** What a realm gives to the world outside. */
export interface RealmDoor {
  /** The context of a worker, made of values and promises of the realm. */
  contextOf(context: OuterContext): object
}

/** A worker's context as the realm sees it. */
export interface OuterContext {
  readonly [member: string]: unknown
  readonly clock: { now(): number; sleep(ms: number): Promise<void> }
  readonly tools: Readonly<Record<string, (input: unknown) => Promise<unknown>>>
}

/**
 * The first thing that runs in a realm: takes away what is not the same in every run, and gives it the
 * means to wait for the world outside. Crosses into the realm as text, so it uses nothing of this file.
 */
export function realmProgram(host: RealmHost): RealmDoor {
  const realm = globalThis as unknown as Record<string, unknown>
  const seat = (name: string, value: unknown) =>
    Object.defineProperty(realm, name, { value, writable: true, configurable: true })
  const refusing = (name: string) =>
    function () {
      host.refuse(name)
    }

  const RealDate = Date
  RealDate.now = refusing('Date.now') as unknown as typeof Date.now
  const guardedDate: DateConstructor = new Proxy(RealDate, {
    construct(_, args, target) {
      if (args.length === 0) host.refuse('new Date()')
      return Reflect.construct(RealDate, args, target === guardedDate ? RealDate : target) as object
    },
    apply() {
      host.refuse('Date()')
      return ''
    },
  })
  seat('Date', guardedDate)
  Math.random = refusing('Math.random') as unknown as typeof Math.random
  const absent = ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'WeakRef', 'FinalizationRegistry']
  for (const name of [...absent, 'SharedArrayBuffer', 'WebAssembly', 'Temporal']) seat(name, refusing(name))
  for (const name of ['performance', 'crypto', 'process']) {
    seat(
      name,
      new Proxy(
        {},
        {
          get(_, key) {
            host.refuse(`${name}.${String(key)}`)
          },
        },
      ),
    )
  }
  const print = (...parts: unknown[]) => host.print(parts.map(String).join(' '))
  seat('console', { log: print, info: print, debug: print, warn: print, error: print })
  // A job of the realm, so that it is drained with the others.
  seat('queueMicrotask', (act: () => void) => void Promise.resolve().then(act))

  // It crosses with the program.
  // oxlint-disable-next-line unicorn/consistent-function-scoping
  const own = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T))
  // A promise of the realm: its reactions wait in the queue of the realm and nowhere else.
  // It crosses with the program.
  // oxlint-disable-next-line unicorn/consistent-function-scoping
  const waitFor = (start: () => Promise<unknown>) =>
    new Promise((resolve, reject) => {
      start().then(resolve, reject)
    })
  const call = (context: OuterContext, name: string) => (input: unknown) =>
    waitFor(() => (context.tools[name] as (input: unknown) => Promise<unknown>)(input)).then(own)
  const contextOf = (context: OuterContext) => ({
    get task() {
      return own(context['task'])
    },
    get inputs() {
      return own(context['inputs'])
    },
    get tools() {
      return Object.fromEntries(Object.keys(context.tools).map((name) => [name, call(context, name)]))
    },
    get skills() {
      return own(context['skills'])
    },
    get signal() {
      return context['signal']
    },
    clock: {
      now: () => context.clock.now(),
      sleep: (ms: number) => waitFor(() => context.clock.sleep(ms)),
    },
    random: () => (context['random'] as () => number)(),
    attempt: own(context['attempt']),
    idempotencyKey: context['idempotencyKey'],
    progress: (note: string, count: unknown) => (context['progress'] as (...told: unknown[]) => void)(note, count),
    emit: (value: unknown) => (context['emit'] as (value: unknown) => void)(value),
    discover: (item: unknown) => (context['discover'] as (item: unknown) => void)(item),
  })
  return { contextOf }
}
