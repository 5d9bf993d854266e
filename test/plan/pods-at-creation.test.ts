import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { assess } from '../../src/assessment/assess.ts'
import type { ObjectRef } from '../../src/core/model/object-ref.ts'
import type { InjectInto, Settings } from '../../src/core/model/settings.ts'
import { knownFrom } from '../../src/inventory/from-manifests.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import { effective } from '../../src/manifests/effective.ts'
import type { ManifestObject } from '../../src/manifests/manifest-object.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { type PlannedObject, planManifests } from '../../src/plan/plan.ts'
import { settingsWith } from '../core/exposures.ts'
import { podMadeFrom, type Template, templateIn, templateOfNew, withSwitchedServices } from './pods.ts'

/**
 * A plan promises hooks and a grace period. Each workload of the fixtures gets a Pod as its controller would create it,
 * while the Services of Rollouts still select the version before, and the webhook is asked about that Pod: what comes
 * out must be what the plan says, whether the template has it or the Pod gets it.
 */

const FOLDERS = [
  'test/fixtures/pods-at-creation',
  'test/fixtures/well-formed/protected',
  'test/fixtures/well-formed/unprotected',
  'examples/sources',
]
const FILES = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))

const manifestsIn = (file: string) => readManifests([{ name: file, text: readFileSync(file, 'utf8') }])

/** Hooks by container, and the grace period with the API server's default. */
function endOf({ spec }: Template): Record<string, unknown> {
  const hooks = spec.containers.map(({ name, lifecycle }) => [name, lifecycle?.preStop])
  return { ...Object.fromEntries(hooks), grace: spec.terminationGracePeriodSeconds ?? 30 }
}

/** The webhook's knowledge in the middle of a rollout. */
function knowledgeOf(objects: readonly ManifestObject[], settings: Settings) {
  const switched = withSwitchedServices(effective(objects).objects)
  return { inventory: knownFrom({ objects: switched, settings, namespace: 'default' }).inventory, settings }
}

type Knowledge = ReturnType<typeof knowledgeOf>

function endAtCreation(template: Template, owner: ObjectRef, knowledge: Knowledge): unknown {
  const raw = podMadeFrom(template, owner)
  const assessment = assess({ what: 'pod', raw, namespace: owner.namespace, fromFile: false }, knowledge)
  if (!assessment.readable) return assessment.problem
  return endOf(applyToCopy(raw, assessment.operations) as Template)
}

/** The Rollout that takes its Pods' template from this workload. */
function userOf({ ref }: { readonly ref: ObjectRef }, objects: readonly PlannedObject[]): ObjectRef {
  const user = objects.find(({ decision: { subject } }) => subject.workload?.templateOf?.name === ref.name)
  return user?.decision.subject.ref ?? ref
}

const planned = (file: string, settings: Settings) => {
  const manifests = manifestsIn(file)
  const { objects } = planManifests({ manifests, settings, namespace: 'default' })
  const ofWorkloads = objects.filter(
    ({ decision: { subject } }) =>
      subject.what === 'workload' && subject.owner === undefined && subject.template.containers.length > 0,
  )
  return { objects, ofWorkloads, knowledge: knowledgeOf(manifests.objects, settings) }
}

describe.for<InjectInto>(['auto', 'pods', 'workloads'])('injectInto: %s', (injectInto) => {
  test.for(FILES)('%s', (file) => {
    const { objects, ofWorkloads, knowledge } = planned(file, settingsWith({ injectInto }))
    expect(ofWorkloads.length).toBeGreaterThan(0)
    for (const { decision, manifest, operations, withoutRecord } of ofWorkloads) {
      const { ref } = decision.subject
      const promised = endOf(templateIn(applyToCopy(manifest.raw, withoutRecord)))
      const stored = templateOfNew(applyToCopy(manifest.raw, operations))
      const owner = userOf(decision.subject, objects)
      expect({ [ref.name]: endAtCreation(stored, owner, knowledge) }).toEqual({ [ref.name]: promised })
    }
  })
})

describe('what the plan promises', () => {
  const sleep = (seconds: number) => ({ sleep: { seconds } })
  test.for<[string, Record<string, unknown>]>([
    // ip × ALB: C 5 + P 25 + R 10 + J 5 = 45; G = S + A 30
    ['blue-green', { deck: { deck: sleep(45), grace: 75 } }],
    // ip × NLB: C 5 + P 120 + R 10 + J 5 = 140
    ['blue-green-nlb', { buoy: { buoy: sleep(140), grace: 170 } }],
    ['ephemeral-metadata', { raft: { raft: sleep(140), grace: 170 } }],
    ['canary', { pier: { pier: sleep(45), grace: 75 } }],
    // instance × ALB: K 10 + I 60 + J 5 = 75
    ['canary-root', { quay: { quay: sleep(75), grace: 105 } }],
    ['ping-pong', { lock: { lock: sleep(45), grace: 75 } }],
    // A is the 20 s that the template states; the same for 15 and 25
    ['template-elsewhere', { mast: { mast: sleep(45), grace: 65 } }],
    ['template-elsewhere-opted-out', { sail: { sail: undefined, grace: 30 } }],
    ['hooks-in-pods', { keel: { keel: sleep(45), grace: 60 }, helm: { helm: sleep(45), grace: 70 } }],
    ['one-pod-each', { shard: { shard: undefined, grace: 30 } }],
  ])('%s', ([name, expected]) => {
    const file = path.join('test/fixtures/pods-at-creation', `${name}.yaml`)
    const { ofWorkloads } = planned(file, settingsWith())
    const promised = ofWorkloads.map(({ decision, manifest, withoutRecord }) => [
      decision.subject.ref.name,
      endOf(templateIn(applyToCopy(manifest.raw, withoutRecord))),
    ])
    expect(Object.fromEntries(promised)).toEqual(expected)
  })
})

describe('a Pod of a known workload whose Services select another version', () => {
  const file = 'test/fixtures/pods-at-creation/blue-green.yaml'
  const { ofWorkloads, knowledge } = planned(file, settingsWith())
  const template = templateIn(ofWorkloads[0]?.manifest.raw)
  const deck = { kind: 'Rollout', namespace: 'ferry', name: 'deck' }

  test('gets its hook from its first moment', () => {
    expect(endAtCreation(template, deck, knowledge)).toMatchObject({ grace: 75 })
  })

  test.for<[string, ObjectRef]>([
    ['a Rollout that is not known', { ...deck, name: 'other' }],
    // its label is not the hash of a Rollout
    ['a Deployment that is not known', { ...deck, kind: 'Deployment' }],
    ['a kind that is not known', { ...deck, kind: 'CloneSet' }],
  ])('one of %s is matched exactly', ([, owner]) => {
    expect(endAtCreation(template, owner, knowledge)).toMatchObject({ grace: 30 })
  })
})
