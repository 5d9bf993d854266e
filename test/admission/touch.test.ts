import { describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import type { Knowledge } from '../../src/assessment/assess.ts'
import { adoptionRecord, emptyRecord } from '../../src/core/injection/record.ts'
import { RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import {
  deployment,
  injected,
  type JsonObject,
  knowing,
  namespace,
  podOf,
  RECORD,
  requestFor,
  template,
} from './world.ts'

/** What the controller's touch makes of a template: an empty record, for admission to replace. */
const touched = (hasAnnotations: boolean, annotations: JsonObject = {}): JsonObject =>
  template({ annotations: { ...annotations, [RECORD_ANNOTATION]: emptyRecord({ hasAnnotations }) } })

function answered(object: JsonObject, knowledge: Knowledge, stored?: JsonObject) {
  const further = stored === undefined ? {} : ({ operation: 'UPDATE', oldObject: stored } as const)
  const answer = admit(requestFor(object, further), knowledge)
  return { outcome: answer.outcome, object: applyToCopy(object, answer.operations) }
}

const NOTHING_EXPOSED: Knowledge = (() => {
  const known = knowing()
  const nothing = { namespace: () => undefined, workload: () => undefined, autoscaled: () => undefined }
  const inventory = { ...known.inventory, ...nothing }
  return { ...known, inventory: { ...inventory, exposuresOf: () => ({ exposures: [] }) } }
})()

describe('a touched template', () => {
  test('becomes what it would have become at its creation', () => {
    const plain = deployment()
    const { object, outcome } = answered(deployment(touched(false)), knowing(), plain)
    expect(outcome).toBe('patched')
    expect(object).toEqual(deployment(injected()))
    expect(object).toEqual(answered(plain, knowing()).object)
  })

  test('keeps the annotations of the user, and opting out leaves them', () => {
    const plain = deployment(template({ annotations: { team: 'shop' } }))
    const { object } = answered(deployment(touched(true, { team: 'shop' })), knowing(), plain)
    const off = { 'slackwater.dev/mode': 'off' }
    const changed = applyToCopy(object, [
      { op: 'add', path: '/metadata/labels', value: off },
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:2' },
    ]) as JsonObject
    const after = answered(changed, knowing(), object as JsonObject).object
    const container = { image: 'web:2' }
    expect(after).toEqual(deployment(template({ annotations: { team: 'shop' }, container }), { labels: off }))
  })

  test('is as before where nothing is to be injected: the API server then stores nothing', () => {
    const plain = deployment()
    expect(answered(deployment(touched(false)), NOTHING_EXPOSED, plain).object).toEqual(plain)
  })

  test('gets no hook in mode dry-run: the API server then stores nothing', () => {
    const dryRun = knowing([namespace({ 'slackwater.dev/mode': 'dry-run' })])
    const { outcome, object } = answered(deployment(touched(false)), dryRun, deployment())
    expect(outcome).toBe('repaired')
    expect(object).toEqual(deployment())
  })
})

describe('an empty record that is left behind, since the webhook went away', () => {
  const left = deployment(touched(false))

  test('is nothing to a request that changes nothing', () => {
    expect(answered(left, knowing(), left)).toEqual({ outcome: 'unchanged', object: left })
  })

  test('comes back when a PUT drops it: no rollout begins', () => {
    const { outcome, object } = answered(deployment(), knowing(), left)
    expect(outcome).toBe('restored')
    expect(object).toEqual(left)
  })

  test('becomes the true record with the next change of the template', () => {
    const restarted = { 'kubectl.kubernetes.io/restartedAt': 'now' }
    const record = emptyRecord({ hasAnnotations: false })
    const changed = deployment(template({ annotations: { [RECORD_ANNOTATION]: record, ...restarted } }))
    const { outcome, object } = answered(changed, knowing(), left)
    expect(outcome).toBe('patched')
    expect(object).toEqual(deployment(injected({ annotations: restarted })))
  })

  test('goes on opt-out with the next change, and nothing else does', () => {
    const off = knowing([namespace({ 'slackwater.dev/mode': 'off' })])
    const container = { image: 'web:2' }
    const record = { [RECORD_ANNOTATION]: emptyRecord({ hasAnnotations: false }) }
    const changed = deployment(template({ annotations: record, container }))
    expect(answered(changed, off, left).object).toEqual(deployment(template({ container })))
  })
})

describe('a touched template whose source states a grace below the sleep', () => {
  const applied = JSON.stringify({ spec: { template: { spec: { terminationGracePeriodSeconds: 30 } } } })
  const SENDER = 'Ingress shop/web'
  const ASKED = adoptionRecord({ hasAnnotations: false }, SENDER)
  const ANSWERED = '{"sleep":{},"created":{"annotations":true,"lifecycle":[]},"adopted":"Ingress shop/web"}'
  const stating = (podTemplate: JsonObject): JsonObject =>
    deployment(podTemplate, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied } })
  const plain = template({ grace: 30 })
  const withText = (text: string, container: JsonObject = {}) =>
    template({ grace: 30, annotations: { [RECORD_ANNOTATION]: text }, container })
  const adopted = stating(withText(ANSWERED))

  test('keeps its values, and the answer says that its Pods get the hooks', () => {
    expect(answered(stating(withText(ASKED)), knowing(), stating(plain)).object).toEqual(adopted)
    // The same request again, as another webhook has it called again.
    expect(answered(adopted, knowing(), stating(plain)).object).toEqual(adopted)
  })

  test('is as before in mode dry-run, and where nothing is exposed', () => {
    const dryRun = knowing([namespace({ 'slackwater.dev/mode': 'dry-run' })])
    for (const known of [dryRun, NOTHING_EXPOSED])
      expect(answered(stating(withText(ASKED)), known, stating(plain)).object).toEqual(stating(plain))
  })

  test('comes back when a PUT from Git drops the record: no second rollout begins', () => {
    expect(answered(stating(plain), knowing(), adopted).object).toEqual(adopted)
  })

  test('keeps the record with a new image, also in a PUT without it', () => {
    const image = { image: 'web:2' }
    const next = stating(withText(ANSWERED, image))
    const without = stating(template({ grace: 30, container: image }))
    for (const request of [next, without]) expect(answered(request, knowing(), adopted).object).toEqual(next)
  })

  test('loses it on opt-out, with the next change', () => {
    const off = knowing([namespace({ 'slackwater.dev/mode': 'off' })])
    const image = { image: 'web:2' }
    const { object } = answered(stating(withText(ANSWERED, image)), off, adopted)
    expect(object).toEqual(stating(template({ grace: 30, container: image })))
  })

  test('gives its Pods the sleep, the grace and the record of both', () => {
    const { object } = answered(podOf(withText(ANSWERED)), knowing())
    expect(object).toEqual(
      podOf(injected({ annotations: { [RECORD_ANNOTATION]: RECORD.replace('null', '30') } })),
    )
  })
})
