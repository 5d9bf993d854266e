import { describe, expect, test } from 'vitest'
import { byPlace, placeOf } from '../../src/aws/arn.ts'
import type { AwsOutcome } from '../../src/aws/connection.ts'
import type { AwsProblem } from '../../src/aws/problem.ts'
import type { Question } from '../../src/aws/question.ts'
import { Round } from '../../src/aws/round.ts'
import { ALB, EMPTY, groupArn, groups, MISSING, PLACE, Played } from './played.ts'

const NEVER = new AbortController().signal
const go = (round: Round, aws: Played, isOver = (): boolean => false) =>
  round.go({ aws, signal: NEVER, isOver })

describe('a round', () => {
  test('asks about target groups twenty at a time, and for attributes one by one', async () => {
    const aws = new Played()
    const round = new Round(PLACE, groups(45))
    expect(await go(round, aws)).toBe('done')
    const { targetGroups, loadBalancers, missing } = round.result
    expect(targetGroups.map(({ targetGroup }) => targetGroup)).toEqual(groups(45).sort())
    expect(targetGroups.every(({ targetGroup, attributes }) => attributes['of'] === targetGroup)).toBe(true)
    expect(loadBalancers).toEqual([
      { loadBalancer: ALB, type: 'application', address: 'shop', attributes: { of: ALB } },
    ])
    expect(missing).toEqual([])
    // 45 in twenties: 3; one load balancer, however many target groups name it.
    expect(aws.count('DescribeTargetGroups')).toBe(3)
    expect(aws.count('DescribeTargetGroupAttributes')).toBe(45)
    expect(aws.count('DescribeLoadBalancers')).toBe(1)
    expect(aws.count('DescribeLoadBalancerAttributes')).toBe(1)
    expect(round.progress).toEqual({ asked: 50, left: 0 })
  })

  test('goes on where it stopped, and asks nothing twice', async () => {
    const aws = new Played()
    const round = new Round(PLACE, groups(45))
    let stretches = 0
    for (let ended = ''; ended !== 'done'; stretches++) {
      let left = 7
      ended = String(await go(round, aws, () => left-- === 0))
    }
    // 50 questions, seven in a stretch; the last stretch has one.
    expect(stretches).toBe(8)
    const asked = aws.asked.map((question) => JSON.stringify(question))
    expect(new Set(asked).size).toBe(50)
    expect(asked.length).toBe(50)
  })

  test('goes on after a problem with the question that had it', async () => {
    const aws = new Played()
    const denied: AwsProblem = { kind: 'denied', text: 'denied' }
    const round = new Round(PLACE, groups(3))
    aws.instead = ({ action }) =>
      action === 'DescribeTargetGroupAttributes' ? { problem: denied } : undefined
    expect(await go(round, aws)).toBe(denied)
    expect(round.result.targetGroups).toEqual([])
    aws.instead = () => undefined
    expect(await go(round, aws)).toBe('done')
    expect(round.result.targetGroups.length).toBe(3)
    expect(aws.count('DescribeTargetGroups')).toBe(1)
  })

  test('finds those that do not exist among the others', async () => {
    const aws = new Played()
    for (const index of [0, 17, 19]) aws.gone.add(groupArn(index))
    const round = new Round(PLACE, groups(20))
    expect(await go(round, aws)).toBe('done')
    expect(round.result.missing).toEqual([0, 17, 19].map(groupArn).sort())
    expect(round.result.targetGroups.length).toBe(17)
    // A call of 20 has at most 39 parts.
    expect(aws.count('DescribeTargetGroups')).toBeLessThan(20)
  })

  test('what is deleted between two calls is missing', async () => {
    const aws = new Played()
    const round = new Round(PLACE, groups(2))
    aws.instead = ({ action, arns }) =>
      action.endsWith('Attributes') && (arns.includes(groupArn(1)) || arns.includes(ALB))
        ? { problem: MISSING }
        : undefined
    expect(await go(round, aws)).toBe('done')
    expect(round.result).toMatchObject({
      targetGroups: [{ targetGroup: groupArn(0) }],
      loadBalancers: [],
      missing: [groupArn(1)],
    })
  })

  test('what an answer leaves out is missing; what was not asked for is not used', async () => {
    const aws = new Played()
    const other = { targetGroup: groupArn(9), loadBalancers: [], targetType: 'ip', protocol: 'HTTP' }
    aws.instead = ({ action }) =>
      action === 'DescribeTargetGroups' ? { answer: { ...EMPTY, targetGroups: [other] } } : undefined
    const round = new Round(PLACE, groups(2))
    expect(await go(round, aws)).toBe('done')
    expect(round.result).toEqual({ targetGroups: [], loadBalancers: [], missing: groups(2) })
  })

  test('follows pages, but not without an end', async () => {
    const aws = new Played()
    const page = ({ action, arns, marker = '0' }: Question): AwsOutcome | undefined => {
      if (action !== 'DescribeTargetGroups') return undefined
      const index = Number(marker)
      const targetGroups = arns
        .slice(index, index + 8)
        .map((targetGroup) => ({ targetGroup, loadBalancers: [], targetType: 'ip', protocol: 'HTTP' }))
      return { answer: { ...EMPTY, targetGroups, marker: String(index + 8) } }
    }
    aws.instead = page
    const round = new Round(PLACE, groups(20))
    expect(await go(round, aws)).toBe('done')
    expect(round.result.targetGroups.length).toBe(20)
    expect(
      aws.asked.filter(({ action }) => action === 'DescribeTargetGroups').map(({ marker }) => marker),
    ).toEqual([undefined, '8', '16'])
    const endless = new Played()
    endless.instead = (question) => page({ ...question, marker: '0' })
    const other = new Round(PLACE, groups(20))
    expect(await go(other, endless)).toBe('done')
    expect(endless.count('DescribeTargetGroups')).toBe(2)
  })

  test('a load balancer of another account is not asked about', async () => {
    const aws = new Played()
    aws.loadBalancers = [ALB.replace(PLACE.account, '999999999999'), 'nonsense', ALB]
    await go(new Round(PLACE, groups(1)), aws)
    expect(aws.asked.find(({ action }) => action === 'DescribeLoadBalancers')?.arns).toEqual([ALB])
  })

  test('thousands: one call for each, and one for every twenty', async () => {
    const aws = new Played()
    const round = new Round(PLACE, groups(5000))
    expect(round.progress.left).toBeGreaterThanOrEqual(5250)
    expect(await go(round, aws)).toBe('done')
    // docs/aws.md says how long that takes at one call a second.
    expect(aws.asked.length).toBe(5000 + 250 + 1 + 1)
  })
})

describe('ARNs', () => {
  test.for([
    [groupArn(1), PLACE],
    [ALB, PLACE],
    [
      groupArn(1).replace('arn:aws:', 'arn:aws-cn:').replace('eu-central-1', 'cn-north-1'),
      { ...PLACE, region: 'cn-north-1' },
    ],
    [
      groupArn(1).replace('arn:aws:', 'arn:aws-us-gov:').replace('eu-central-1', 'us-gov-west-1'),
      { ...PLACE, region: 'us-gov-west-1' },
    ],
  ] as const)('%s', ([arn, place]) => {
    expect(placeOf(arn)).toEqual(place)
  })

  // The Region becomes part of a host name, to which signed requests go.
  test.for([
    '',
    'web',
    groupArn(1).replace('eu-central-1', 'evil.example/#'),
    groupArn(1).replace('eu-central-1', 'eu-central-1.evil.example'),
    groupArn(1).replace('eu-central-1', 'eu-central-1@evil'),
    groupArn(1).replace('eu-central-1', ''),
    groupArn(1).replace('111122223333', '1'),
    groupArn(1).replace('elasticloadbalancing', 's3'),
    `${groupArn(1)}\n`,
    `${groupArn(1)}/x`,
    groupArn(1).replace('/g1/', `/${'g'.repeat(100_000)}/`),
  ])('not %s', (arn) => {
    expect(placeOf(arn)).toBeUndefined()
  })

  test('are asked about by Region and account, each once', () => {
    const far = groupArn(1).replace('eu-central-1', 'us-east-1')
    expect(byPlace([groupArn(2), far, groupArn(1), groupArn(2), 'nonsense'])).toEqual([
      { place: PLACE, arns: [groupArn(1), groupArn(2)] },
      { place: { ...PLACE, region: 'us-east-1' }, arns: [far] },
    ])
  })
})
