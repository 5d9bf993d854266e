import type { Aws, AwsOutcome } from '../../src/aws/connection.ts'
import type { AwsProblem } from '../../src/aws/problem.ts'
import type { AwsAnswer, Question } from '../../src/aws/question.ts'

export const PLACE = { region: 'eu-central-1', account: '111122223333' }
const PREFIX = `arn:aws:elasticloadbalancing:${PLACE.region}:${PLACE.account}:`
export const groupArn = (index: number): string =>
  `${PREFIX}targetgroup/g${index}/${index.toString(16).padStart(16, '0')}`
export const ALB = `${PREFIX}loadbalancer/app/shop/00000000000000aa`
export const EMPTY: AwsAnswer = { targetGroups: [], loadBalancers: [], attributes: {} }
export const MISSING: AwsProblem = { kind: 'missing', text: 'not found' }

export const groups = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => groupArn(index))

/** A played AWS without a network. */
export class Played implements Aws {
  readonly asked: Question[] = []
  readonly gone = new Set<string>()
  /** Answers instead, if it returns something. */
  instead: (question: Question) => AwsOutcome | undefined = () => undefined
  loadBalancers: readonly string[] = [ALB]

  ask(question: Question): Promise<AwsOutcome> {
    this.asked.push(question)
    return Promise.resolve(this.instead(question) ?? this.#answer(question))
  }

  #answer({ action, arns }: Question): AwsOutcome {
    if (arns.some((arn) => this.gone.has(arn))) return { problem: MISSING }
    const { loadBalancers } = this
    switch (action) {
      case 'DescribeTargetGroups':
        return {
          answer: {
            ...EMPTY,
            targetGroups: arns.map((targetGroup) => ({
              targetGroup,
              loadBalancers,
              targetType: 'ip',
              protocol: 'HTTP',
            })),
          },
        }
      case 'DescribeLoadBalancers':
        return {
          answer: {
            ...EMPTY,
            loadBalancers: arns.map((loadBalancer) => ({
              loadBalancer,
              type: 'application',
              address: 'shop',
            })),
          },
        }
      default:
        return { answer: { ...EMPTY, attributes: { of: arns.join() } } }
    }
  }

  close(): void {}

  count(action: string): number {
    return this.asked.filter((one) => one.action === action).length
  }
}
