import type { Command } from 'commander'
import { completionsFor } from '../completion/candidates.ts'
import { completionLines } from '../completion/protocol.ts'
import { FINDINGS } from '../core/findings/catalogue.ts'
import { KIND_WORDS } from '../explain/target.ts'
import { HANDED_OVER } from '../handover/by-kind.ts'

/** What `slackwater __complete WORDS` answers: the words that may stand at the last one. */
export const answerCompletion = (program: Command, words: readonly string[]): string =>
  completionLines(completionsFor(program, words, { explain: explainWords, handover: handoverWords }))

const handoverWords = () =>
  KIND_WORDS.filter((word) => HANDED_OVER.some((kind) => word === `${kind.toLowerCase()}/`)).map((word) => ({
    word,
    description: '',
  }))

const explainWords = () => [
  ...Object.entries(FINDINGS).map(([word, { title }]) => ({ word, description: title })),
  ...KIND_WORDS.map((word) => ({ word, description: '' })),
]
