import { byPlace, placeOf } from '../aws/arn.ts'
import type { Aws } from '../aws/connection.ts'
import { Round } from '../aws/round.ts'
import { shortened } from '../core/discovery/annotations/quote.ts'
import { boundTargetGroups } from '../core/discovery/binding/target-group-binding.ts'
import type { ObjectView } from '../core/discovery/objects/view.ts'
import type { Witness } from '../core/model/observed.ts'
import type { Report } from '../report/schema.ts'

interface AskingAws {
  readonly aws: Pick<Aws, 'ask'>
  readonly signal: AbortSignal
  /** Before each question. */
  readonly onStep: (words: string) => void
  readonly now: () => Date
}

interface AwsAnswers {
  /** What AWS answered; absent: nothing. */
  readonly witness?: Witness
  /** What has no answer, and why. */
  readonly missing: Report['missing']
}

/**
 * Asks AWS once about every target group that a TargetGroupBinding names, with the caller's credentials. What one account
 * or Region refuses is named, and the others go on.
 * @throws the signal's reason if it is aborted.
 */
export async function askAws(view: ObjectView, { aws, signal, onStep, now }: AskingAws): Promise<AwsAnswers> {
  const bound = boundTargetGroups(view).map(({ arn }) => arn)
  const rounds = byPlace(bound).map(({ place, arns }) => new Round(place, arns))
  const asked = now().getTime()
  const problems: string[] = unusable(bound.filter((arn) => placeOf(arn) === undefined))
  const tellProgress = (): boolean => {
    const progress = rounds.map((round) => round.progress)
    const done = progress.reduce((sum, one) => sum + one.asked, 0)
    const left = progress.reduce((sum, one) => sum + one.left, 0)
    onStep(`asking AWS, a call a second: ${done} of ${done + left}`)
    return false
  }
  for (const round of rounds) {
    const ended = await round.go({ aws, signal, isOver: tellProgress })
    signal.throwIfAborted()
    if (typeof ended !== 'string') problems.push(ended.text)
  }
  const results = rounds.map(({ result }) => result)
  const targetGroups = results.flatMap((result) => result.targetGroups)
  const loadBalancers = results.flatMap((result) => result.loadBalancers)
  problems.push(...unknown(results.flatMap(({ missing }) => missing)))
  return {
    ...(targetGroups.length === 0 ? {} : { witness: { asked, targetGroups, loadBalancers } }),
    missing: problems.map((problem) => ({ part: AWS_PART, problem, unknown: WITHOUT })),
  }
}

const AWS_PART = 'answers of AWS'
const WITHOUT = 'for these target groups, what Ingresses and Services declare counts'

function unusable(arns: readonly string[]): string[] {
  const [first] = arns
  if (first === undefined) return []
  const which = arns.length === 1 ? 'a TargetGroupBinding names' : `${arns.length} TargetGroupBindings name`
  const such = arns.length === 1 ? ':' : ', such as'
  return [`${which} what is no ARN of a target group${such} ${shortened(first)}`]
}

function unknown(arns: readonly string[]): readonly string[] {
  const [first] = arns
  if (first === undefined) return []
  const which =
    arns.length === 1
      ? `the target group that a TargetGroupBinding names, ${first}: it was`
      : `${arns.length} target groups that TargetGroupBindings name, such as ${first}: they were`
  return [`AWS does not know ${which} deleted, or the credentials are of another account`]
}
