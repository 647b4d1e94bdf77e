/** Whether a path matches. */
export type Matcher = (path: string) => boolean

/** What is compared: it turns a pattern into a matcher, and throws where it does not take the pattern. */
export type MakeMatcher = (pattern: string) => Matcher
