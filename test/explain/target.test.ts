import { describe, expect, test } from 'vitest'
import { near } from '../../src/core/model/spelling.ts'
import { notFoundText } from '../../src/explain/not-found.ts'
import { parseTarget } from '../../src/explain/target.ts'

describe('what is asked about', () => {
  // Names, plurals and short names as `kubectl api-resources` lists them.
  test.for<readonly [words: string, kind: string, name: string]>([
    ['deployment/web', 'Deployment', 'web'],
    ['deployment web', 'Deployment', 'web'],
    ['deployments/web', 'Deployment', 'web'],
    ['deploy/web', 'Deployment', 'web'],
    ['Deploy/web', 'Deployment', 'web'],
    ['DEPLOYMENT.apps/web', 'Deployment', 'web'],
    ['deployments.v1.apps/web', 'Deployment', 'web'],
    ['sts/db', 'StatefulSet', 'db'],
    ['statefulsets db', 'StatefulSet', 'db'],
    ['ds/agent', 'DaemonSet', 'agent'],
    ['rs/old', 'ReplicaSet', 'old'],
    ['rollout/api', 'Rollout', 'api'],
    ['rollouts.argoproj.io/api', 'Rollout', 'api'],
    ['ro/api', 'Rollout', 'api'],
    ['po/one', 'Pod', 'one'],
  ])('%s', ([words, kind, name]) => {
    expect(parseTarget(words.split(' '))).toEqual({ what: 'workload', target: { kind, name } })
  })

  test('one word that is no kind is a word of the documentation', () => {
    expect(parseTarget(['prestop-missing'])).toEqual({ what: 'word', word: 'prestop-missing' })
    expect(parseTarget(['constructor'])).toEqual({ what: 'word', word: 'constructor' })
  })

  test.for<readonly [words: readonly string[], problem: string]>([
    [['deployment'], 'a name is missing: slackwater explain deployment/NAME'],
    [['deployment/'], '"deployment/" is not KIND/NAME, such as deployment/web'],
    [['/web'], '"/web" is not KIND/NAME, such as deployment/web'],
    [['deployment/web/x'], '"deployment/web/x" is not KIND/NAME, such as deployment/web'],
    [['deployment', 'a', 'b'], 'one workload at a time: deployment a and more were given'],
    [['deploy/web', 'sts/web'], 'one workload at a time: deploy/web and sts/web were given'],
    [['service/web'], '"service" is not a kind of workload that Slackwater reads'],
    [['deployments.argoproj.io/web'], '"deployments.argoproj.io" is not a kind of workload'],
    [['constructor/web'], '"constructor" is not a kind of workload'],
  ])('%s: refused', ([words, problem]) => {
    expect(parseTarget(words)).toEqual({ what: 'problem', problem: expect.stringContaining(problem) })
  })
})

test('near words: few letters changed, the nearest first, or a part', () => {
  const known = ['prestop-missing', 'prestop-too-short', 'grace-too-short', 'single-replica', 'web']
  expect(near('prestop-mising', known)).toEqual(['prestop-missing'])
  expect(near('too-short', known)).toEqual(['grace-too-short', 'prestop-too-short'])
  expect(near('PrestopMissing', known)).toEqual(['prestop-missing'])
  expect(near('zzz', known)).toEqual([])
  expect(near('--', known)).toEqual([])
  expect(near('x'.repeat(100_000), known)).toEqual([])
})

describe('a name that leads to nothing', () => {
  const target = { kind: 'Deployment', name: 'web' } as const
  const ref = (kind: string, namespace: string, name: string) => ({ kind, namespace, name })

  test.for<readonly [what: string, known: readonly ReturnType<typeof ref>[], text: string]>([
    [
      'another namespace has it',
      [ref('Deployment', 'prod', 'web')],
      'there is no Deployment web in namespace shop; namespace prod has one: -n prod',
    ],
    [
      'others have it',
      ['e', 'd', 'c', 'b', 'a', 'f', 'g'].map((namespace) => ref('Deployment', namespace, 'web')),
      'there is no Deployment web in namespace shop; namespaces a, b, c, d, e and 2 more have one: give -n',
    ],
    [
      'another kind has the name',
      [ref('StatefulSet', 'shop', 'web')],
      'there is no Deployment web in namespace shop; did you mean StatefulSet shop/web?',
    ],
    [
      'a name like it',
      [ref('Deployment', 'shop', 'webb'), ref('Deployment', 'prod', 'wet')],
      'there is no Deployment web in namespace shop; did you mean webb?',
    ],
    [
      'nothing like it',
      [ref('Deployment', 'shop', 'checkout')],
      'there is no Deployment web in namespace shop; there is Deployment checkout',
    ],
    ['nothing at all', [], 'there is no Deployment web in namespace shop'],
  ])('%s', ([, known, text]) => {
    expect(notFoundText({ target, namespace: 'shop', known, where: '' })).toBe(text)
  })
})
