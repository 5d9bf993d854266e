import type { Command } from 'commander'
import { completionsFor } from '../completion/candidates.ts'
import { completionLines } from '../completion/protocol.ts'
import { FINDINGS } from '../core/findings/catalogue.ts'
import { KIND_WORDS } from '../explain/target.ts'

/** What `slackwater __complete WORDS` answers: the words that may stand at the last one. */
export const answerCompletion = (program: Command, words: readonly string[]): string =>
  completionLines(completionsFor(program, words, { explain: explainWords }))

const explainWords = () => [
  ...Object.entries(FINDINGS).map(([word, { title }]) => ({ word, description: title })),
  ...KIND_WORDS.map((word) => ({ word, description: '' })),
]
