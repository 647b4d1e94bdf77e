import { BosunError } from '@bosun/core'
import type { SpecifierMatcher } from './define-tool.ts'

/** What stands for itself in a word of a rule; every other character is written as its bytes, `%20`. */
const ENCODED = /[^\p{L}\p{M}\p{N}_@+=:,./-]|\p{Default_Ignorable_Code_Point}/gu
/** The word of an empty argument; nothing else is written like this, since `%` itself is `%25`. */
const EMPTY = '%'
/** Begins the form in which denials compare. No rule can hold it, see `parseRule`. */
const DENIAL = '\0'

/**
 * How rules over programs are read: as words, never as text.
 *
 * `git status` covers these two words and no third; `git *` (or `git:*`) covers `git` and whatever words
 * follow. The star stands only at the end. A word is one argument: an argument that holds a space, a
 * quote or a character of a shell is written with `%20` and the like, in a call and in a rule alike, so it
 * never passes for two words. A program named by its path is another one than the same name without it.
 *
 * A denial is wider: it ignores case, and `rm *` denies `/bin/rm` too, as `/bin/rm *` denies `rm`.
 */
export const commandRules: SpecifierMatcher<{ readonly command: string; readonly args: readonly string[] }> = {
  subjects: ({ command, args }) => [[checkedProgram(command), ...args].map(encodeWord).join(' ')],
  compile(specifier) {
    const isDenial = specifier.startsWith(DENIAL)
    const rule = readSpecifier(isDenial ? specifier.slice(1) : specifier)
    return (subject) => {
      const words = (isDenial ? subject.slice(1) : subject).split(' ')
      const fits = isDenial ? isSameProgram : isSameWord
      return (
        (rule.isPrefix ? words.length >= rule.words.length : words.length === rule.words.length) &&
        rule.words.every((word, index) => (index === 0 ? fits : isSameWord)(word, words[index] ?? ''))
      )
    }
  },
  fold: (text) => DENIAL + text.normalize('NFC').toLowerCase(),
}

/**
 * The name of a program, if it is one that has a single reading: a bare name, an absolute path, or a path
 * below `./`.
 *
 * @throws COMMAND_REFUSED
 */
function checkedProgram(command: string): string {
  const segments = command.split('/')
  const isPath = segments.length > 1
  const below = isPath && (segments[0] === '' || segments[0] === '.') ? segments.slice(1) : segments
  const isPlain = below.every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  if (isPlain && (!isPath || below !== segments) && !command.includes('\\')) return command
  throw new BosunError('COMMAND_REFUSED', {
    at: encodeWord(command.slice(0, 200)),
    expected: 'a name without a path, an absolute path, or ./ and a path of the workspace, without . and .. in it',
  })
}

function encodeWord(word: string): string {
  if (word === '') return EMPTY
  return word.replaceAll(ENCODED, (char) => Buffer.from(char).toString('hex').replaceAll(/../g, '%$&'))
}

function decodeWord(word: string): string {
  if (word === EMPTY) return ''
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}

/** @throws RULE_MALFORMED */
function readSpecifier(specifier: string): { readonly words: readonly string[]; readonly isPrefix: boolean } {
  const refuse = (received: string): never => {
    throw new BosunError('RULE_MALFORMED', {
      at: specifier,
      expected: 'words with one space between them, and at most a * as the last',
      received,
    })
  }
  const texts = specifier.replace(/:\*$/, ' *').split(' ')
  const isPrefix = texts.at(-1) === '*'
  const words = (isPrefix ? texts.slice(0, -1) : texts).map((text) => {
    const word = encodeWord(decodeWord(text))
    if (text === '' || word.toLowerCase() !== text.toLowerCase()) {
      refuse(text === '' ? 'an empty word' : `${text}, where the argument itself would be written ${encodeWord(text)}`)
    }
    return word
  })
  if (words.length === 0) refuse('no program')
  checkedRule(words[0] ?? '', refuse)
  return { words, isPrefix }
}

/** A rule for a program that no call can name would never hold. */
function checkedRule(program: string, refuse: (received: string) => never): void {
  try {
    checkedProgram(decodeWord(program))
  } catch {
    refuse(program)
  }
}

function isSameWord(word: string, other: string): boolean {
  return word === other
}

/** Two paths are compared as such; a name without a path is compared with the end of a path. */
function isSameProgram(word: string, other: string): boolean {
  if (word.includes('/') && other.includes('/')) return word === other
  return word.slice(word.lastIndexOf('/') + 1) === other.slice(other.lastIndexOf('/') + 1)
}
