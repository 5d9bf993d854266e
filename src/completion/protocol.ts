import type { Completion } from './candidates.ts'

/**
 * What cobra's ShellCompDirective numbers mean (spf13/cobra, completions.go), which kubectl reads from
 * `kubectl_complete-slackwater`, and our scripts read too.
 */
export const DIRECTIVE = { noSpace: 2, noFiles: 4, folders: 16 } as const

/** A word that ends so is to be continued: `deployment/`. */
const OPEN_END = /\/$/

/** A candidate a line, with its description after a tab, and in the last line `:` and the sum of the directives. */
export function completionLines({ candidates, otherwise }: Completion): string {
  const isOpen = candidates.length > 0 && candidates.every(({ word }) => OPEN_END.test(word))
  const places = { nothing: DIRECTIVE.noFiles, files: 0, folders: DIRECTIVE.folders }
  const directive = places[otherwise] + (isOpen ? DIRECTIVE.noSpace : 0)
  const lines = candidates.map(({ word, description }) =>
    description === '' ? word : `${word}\t${description}`,
  )
  return [...lines, `:${directive}`].map((line) => `${line}\n`).join('')
}
