import type { WitnessedLoadBalancer, WitnessedTargetGroup } from '../core/model/observed.ts'
import { type AwsPlace, placeOf, placeText } from './arn.ts'
import type { Aws } from './connection.ts'
import type { AwsProblem } from './problem.ts'
import { ARNS_IN_A_CALL, type AwsAction, type AwsAnswer, type Question } from './question.ts'

/** What a round has found out so far. */
interface RoundResult {
  readonly targetGroups: readonly WitnessedTargetGroup[]
  readonly loadBalancers: readonly WitnessedLoadBalancer[]
  /** ARNs that were asked about and that AWS does not know. */
  readonly missing: readonly string[]
}

/** How a stretch of a round ended: with all answers, or interrupted; a problem also interrupts. */
type Stretch = 'done' | 'interrupted' | AwsProblem

interface Going {
  readonly aws: Pick<Aws, 'ask'>
  readonly signal: AbortSignal
  /** Whether to stop here, asked before each question. */
  readonly isOver: () => boolean
}

/** Everything about some target groups of one place. It can be interrupted at any question, and goes on there. */
export class Round {
  readonly place: AwsPlace
  /** What is still to be asked; the last comes first. */
  readonly #questions: Question[]
  readonly #targetGroups = new Map<string, WitnessedTargetGroup>()
  readonly #loadBalancers = new Map<string, WitnessedLoadBalancer>()
  readonly #missing = new Set<string>()
  /** Load balancers that a target group has named, asked about or not. */
  readonly #named = new Set<string>()
  #unasked: string[] = []
  #asked = 0

  /** @param targetGroups ARNs of that place. */
  constructor(place: AwsPlace, targetGroups: readonly string[]) {
    this.place = place
    this.#questions = batches('DescribeTargetGroups', targetGroups).reverse()
  }

  /** Questions with an answer, and those that are known to be left. */
  get progress(): { readonly asked: number; readonly left: number } {
    const targetGroups = this.#questions.flatMap(({ action, arns }) =>
      action === 'DescribeTargetGroups' ? arns : [],
    )
    return { asked: this.#asked, left: this.#questions.length + targetGroups.length + this.#unasked.length }
  }

  get result(): RoundResult {
    const complete = [...this.#targetGroups.values()].filter(({ attributes }) => attributes !== UNKNOWN)
    return {
      targetGroups: complete.sort((a, b) => (a.targetGroup < b.targetGroup ? -1 : 1)),
      loadBalancers: [...this.#loadBalancers.values()]
        .filter(({ attributes }) => attributes !== UNKNOWN)
        .sort((a, b) => (a.loadBalancer < b.loadBalancer ? -1 : 1)),
      missing: [...this.#missing].sort(),
    }
  }

  /** Asks until there is nothing left, a problem, or it is over. Never throws. */
  async go({ aws, signal, isOver }: Going): Promise<Stretch> {
    for (let question = this.#next(); question !== undefined; question = this.#next()) {
      if (isOver() || signal.aborted) return 'interrupted'
      const outcome = await aws.ask(question, this.place, signal)
      if (signal.aborted) return 'interrupted'
      if (outcome.problem === undefined) this.#take(question, outcome.answer)
      else if (!this.#isParted(question, outcome.problem)) return outcome.problem
      this.#asked++
    }
    return 'done'
  }

  #next(): Question | undefined {
    if (this.#questions.length === 0) {
      this.#questions.push(...batches('DescribeLoadBalancers', this.#unasked))
      this.#unasked = []
    }
    return this.#questions.at(-1)
  }

  /**
   * AWS refuses a whole call for one ARN that does not exist or that it does not accept, and does not say which: it is
   * found by halves, so that it is no obstacle to the others.
   */
  #isParted({ action, arns }: Question, { kind }: AwsProblem): boolean {
    if (kind !== 'missing') return false
    const half = Math.ceil(arns.length / 2)
    if (arns.length > 1) {
      this.#questions.pop()
      this.#questions.push({ action, arns: arns.slice(half) }, { action, arns: arns.slice(0, half) })
      return true
    }
    this.#questions.pop()
    this.#gone(action, arns)
    return true
  }

  /** They do not exist, or no longer: deleted between two calls. */
  #gone(action: AwsAction, arns: readonly string[]): void {
    const found = action.startsWith('DescribeTargetGroup') ? this.#targetGroups : this.#loadBalancers
    for (const arn of arns) {
      found.delete(arn)
      if (found === this.#targetGroups) this.#missing.add(arn)
    }
  }

  #take(question: Question, answer: AwsAnswer): void {
    const { action, arns } = question
    this.#questions.pop()
    const [arn = ''] = arns
    const { attributes } = answer
    const ofGroup = this.#targetGroups.get(arn)
    const ofBalancer = this.#loadBalancers.get(arn)
    if (action === 'DescribeTargetGroupAttributes' && ofGroup !== undefined)
      this.#targetGroups.set(arn, { ...ofGroup, attributes })
    if (action === 'DescribeLoadBalancerAttributes' && ofBalancer !== undefined)
      this.#loadBalancers.set(arn, { ...ofBalancer, attributes })
    if (action === 'DescribeTargetGroups') this.#takeTargetGroups(question, answer)
    if (action === 'DescribeLoadBalancers') this.#takeLoadBalancers(question, answer)
  }

  #takeTargetGroups(question: Question, { targetGroups, marker }: AwsAnswer): void {
    const news = targetGroups.filter((one) => isNews(one.targetGroup, question, this.#targetGroups))
    for (const one of news) {
      this.#targetGroups.set(one.targetGroup, { ...one, attributes: UNKNOWN })
      for (const arn of one.loadBalancers) this.#name(arn)
    }
    this.#goOn(question, {
      news: news.map(({ targetGroup }) => targetGroup),
      known: this.#targetGroups,
      marker,
    })
  }

  #takeLoadBalancers(question: Question, { loadBalancers, marker }: AwsAnswer): void {
    const news = loadBalancers.filter((one) => isNews(one.loadBalancer, question, this.#loadBalancers))
    for (const one of news) this.#loadBalancers.set(one.loadBalancer, { ...one, attributes: UNKNOWN })
    this.#goOn(question, {
      news: news.map(({ loadBalancer }) => loadBalancer),
      known: this.#loadBalancers,
      marker,
    })
  }

  /** A target group is only ever behind load balancers of its own account and Region. */
  #name(loadBalancer: string): void {
    const place = placeOf(loadBalancer)
    if (place === undefined || placeText(place) !== placeText(this.place)) return
    if (this.#named.has(loadBalancer)) return
    this.#named.add(loadBalancer)
    this.#unasked.push(loadBalancer)
  }

  /** A page without news is the last: pages without an end would never let the round end. */
  #goOn({ action, arns }: Question, { news, known, marker }: Page): void {
    const left = arns.filter((arn) => !known.has(arn))
    if (marker !== undefined && left.length > 0 && news.length > 0)
      this.#questions.push({ action, arns, marker })
    else this.#gone(action, left)
    const next =
      action === 'DescribeTargetGroups' ? 'DescribeTargetGroupAttributes' : 'DescribeLoadBalancerAttributes'
    this.#questions.push(...news.toReversed().map((arn): Question => ({ action: next, arns: [arn] })))
  }
}

interface Page {
  /** ARNs that it brought. */
  readonly news: readonly string[]
  readonly known: ReadonlyMap<string, unknown>
  /** Of the next one. */
  readonly marker: string | undefined
}

const isNews = (arn: string, { arns }: Question, known: ReadonlyMap<string, unknown>): boolean =>
  arns.includes(arn) && !known.has(arn)

/** Until its attributes are there; by reference. */
const UNKNOWN: Readonly<Record<string, string>> = {}

function batches(action: AwsAction, arns: readonly string[]): Question[] {
  const count = Math.ceil(arns.length / ARNS_IN_A_CALL)
  return Array.from({ length: count }, (_, index) => ({
    action,
    arns: arns.slice(index * ARNS_IN_A_CALL, (index + 1) * ARNS_IN_A_CALL),
  }))
}
