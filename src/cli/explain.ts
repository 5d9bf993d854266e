import { HOME } from '../core/findings/page.ts'
import { didYouMean, near } from '../core/model/spelling.ts'
import { type AskedWorkload, parseTarget } from '../explain/target.ts'
import { EXIT } from '../judgement/exit.ts'
import { explainExitCode } from '../judgement/exit-code.ts'
import { explainedWords, pageOf } from '../pages/pages.ts'
import { jsonText, yamlText } from '../render/document.ts'
import { explainText } from '../render/explain-text.ts'
import { paperOf } from '../render/paint.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { pageText, wordsText } from '../render/word-text.ts'
import { EXPLAIN_FORMAT, type Explanation } from '../report/explain-schema.ts'
import type { Explained, ExplainOptions } from './explained.ts'

/**
 * `slackwater explain`: a workload, or a word of ours.
 * @returns the exit code.
 */
export async function runExplain(
  words: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<number> {
  if (words.length === 0) return listWords(terminal)
  const parsed = parseTarget(words)
  if (parsed.what === 'problem') return refuse([parsed.problem], terminal)
  if (parsed.what === 'word') return explainWord(parsed.word, options, terminal)
  const explained = await explainTarget(parsed.target, options, terminal)
  return 'refused' in explained ? refuse(explained.refused, terminal) : tell(explained, options, terminal)
}

interface Refused {
  readonly refused: readonly string[]
}

async function explainTarget(
  target: AskedWorkload,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<Explained | Refused> {
  if (options.filename === undefined && options.kustomize === undefined) {
    const { explainCluster } = await import('./explain-cluster.ts')
    return await explainCluster(target, options, terminal)
  }
  const { explainFiles } = await import('./explain-files.ts')
  return await explainFiles(target, options, terminal)
}

function tell(
  { workloads, missing, problems, isLive }: Explained,
  { output }: ExplainOptions,
  terminal: Terminal,
): number {
  const { width, color, out } = terminal
  const document: Explanation = {
    formatVersion: EXPLAIN_FORMAT,
    workloads: [...workloads],
    missing: [...missing],
  }
  if (output === 'json') out(jsonText(document))
  else if (output === 'yaml') out(yamlText(document))
  else if (workloads.length > 0) out(explainText(workloads, paperOf({ width, color })))
  for (const { part, problem } of missing)
    complain(`${part} could not be listed completely: ${problem}`, terminal, 'warning')
  for (const problem of problems) complain(problem, terminal)
  return explainExitCode({ workloads, problems: problems.length + missing.length }, isLive)
}

function explainWord(word: string, { output }: ExplainOptions, terminal: Terminal): number {
  if (output !== 'text') return refuse([`-o ${output} is for a workload: KIND/NAME`], terminal)
  const id = word.toLowerCase()
  const page = pageOf(id)
  if (page === undefined) {
    const meant = near(
      id,
      explainedWords().map((one) => one.id),
    )
    const advice = meant.length > 0 ? didYouMean(meant) : '; for a workload give KIND/NAME'
    return refuse([`"${word}" is not the id of a finding, a concern or a notice${advice}`], terminal)
  }
  terminal.out(pageText(page, `${HOME}/blob/main/${page.place}`, paperOf(terminal)))
  return EXIT.ok
}

function listWords(terminal: Terminal): number {
  terminal.out(wordsText(explainedWords(), paperOf(terminal)))
  return refuse(['give KIND/NAME of a workload, or one of these ids'], terminal)
}
