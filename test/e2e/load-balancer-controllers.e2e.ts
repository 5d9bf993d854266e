import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { SERVER_IMAGE } from './cluster/images.ts'
import { caseOf } from './support/cluster.ts'
import { GATES, gateWebhook } from './support/gate-webhook.ts'
import { createNamespaces, kubectl, kubectlOk, stored } from './support/kubectl.ts'
import { reported } from './support/report.ts'
import { app, INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { register, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/** What stands in the cluster of the load balancer controllers themselves: arguments, replicas, webhooks, classes. */

let slackwater: Slackwater
/** Where the load balancer controller is: elsewhere only where its webhooks send to. */
const home = 'kube-system'
const namespaces = createNamespaces()
const fresh = namespaces.with

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  slackwater = await startSlackwater({ args: ['--controller', '--report-port', '0'], validates: true })
  await waitFor(async () => ((await slackwater.metric('slackwater_leader')) === 1 ? true : undefined))
})
afterEach(async () => {
  const same = ['-n', home, '--ignore-not-found', '--wait=true'] as const
  await kubectl(['delete', 'deployment', 'aws-load-balancer-controller', ...same])
})
afterAll(async () => {
  await kubectl(['delete', 'mutatingwebhookconfiguration', GATES, '--ignore-not-found'])
  await kubectl(['delete', 'ingressclass', 'auto-mode', '--ignore-not-found'])
  await unregister()
  await slackwater.stop()
  await namespaces.remove()
})

/** By its label (LBC helm/aws-load-balancer-controller/templates/_helpers.tpl), with a program that runs here. */
const lbcDeployment = (args: readonly string[], pod: object = {}) => {
  const labels = { 'app.kubernetes.io/name': 'aws-load-balancer-controller' }
  const container = { name: 'controller', image: SERVER_IMAGE, imagePullPolicy: 'IfNotPresent', args }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'aws-load-balancer-controller', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { automountServiceAccountToken: false, containers: [container], ...pod },
      },
    },
  }
}

const installController = (...args: readonly string[]) =>
  kubectlOk(['apply', '-n', home, '-f', '-'], lbcDeployment(args))

describe('the arguments of its Deployment', () => {
  const { metadata, ...rest } = ingress()
  /** Whose target type nobody has written. */
  const open = { ...rest, metadata: { name: metadata.name } }
  const nodePort = { ...service(), spec: { ...service().spec, type: 'NodePort' } }

  const sleepIn = async (namespace: string): Promise<number | undefined> => {
    const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-']
    return protectionOf(JSON.parse((await kubectlOk(args, app())).out)).sleeps['app']
  }

  const sleeping = (namespace: string, seconds: number): Promise<true> =>
    waitFor(
      async () => (await sleepIn(namespace)) === seconds || undefined,
      90_000,
      `a sleep of ${seconds} s`,
    )

  caseOf(
    'decide, as long as it is there, and the report names them',
    ['controllers', 'control plane'],
    async () => {
      const namespace = await fresh(nodePort, open)
      // Instance targets behind an ALB: K + I + J = 10 + 60 + 5.
      await sleeping(namespace, 75)
      await installController('--cluster-name=e2e', '--default-target-type=ip')
      // ip targets: 5 + max(25, min(300, 25 + 10)) + 5.
      await sleeping(namespace, 45)
      const { loadBalancerController } = (await reported(slackwater, namespace)).cluster
      expect(loadBalancerController?.deployment).toMatchObject({ namespace: home, desired: 2 })
      const told = loadBalancerController?.settings.find(({ name }) => name === 'defaultTargetType')
      expect(told).toMatchObject({ value: 'ip' })
      expect(JSON.stringify(told?.source)).toContain('--default-target-type')
      expect(JSON.stringify(told?.source)).toContain(home)
      await kubectlOk(['delete', 'deployment', 'aws-load-balancer-controller', '-n', home])
      await sleeping(namespace, 75)
    },
  )

  caseOf('its ready replicas are counted', ['pods', 'control plane'], async () => {
    const namespace = await fresh(nodePort, open)
    await installController()
    const ready = async () =>
      (await reported(slackwater, namespace)).cluster.loadBalancerController?.deployment?.ready
    await waitFor(async () => (await ready()) === 2 || undefined, 180_000, 'two ready replicas')
  })
})

const labelsOf = async (namespace: string) => (await stored(['namespace', namespace])).metadata.labels ?? {}

const USUAL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

/** What the report says of the namespace's label, once it says so. */
const gateState = (namespace: string, state: string): Promise<true> =>
  waitFor(
    async () => {
      const { namespaces: told } = await reported(slackwater, namespace)
      return told.some(({ gates }) => gates.some((gate) => gate.state === state)) || undefined
    },
    90_000,
    `state ${state}`,
  )

describe('the webhook that injects readiness gates', () => {
  const register = (selector: object, failurePolicy?: string) =>
    kubectlOk(['apply', '--server-side', '-f', '-'], gateWebhook(selector, failurePolicy))

  caseOf(
    'another selector: what it asks for is set, and not the usual label',
    ['controllers', 'control plane'],
    async () => {
      await register({ matchExpressions: [{ key: 'gates', operator: 'In', values: ['wanted'] }] })
      const namespace = await fresh(service(), ingress(), app({ replicas: 0 }))
      await gateState(namespace, 'labelled')
      expect(await labelsOf(namespace)).toMatchObject({ gates: 'wanted' })
      expect(await labelsOf(namespace)).not.toHaveProperty([USUAL])
    },
  )

  caseOf(
    'no selector: no label is needed, and the report says so',
    ['controllers', 'control plane'],
    async () => {
      await register({})
      const namespace = await fresh(service(), ingress(), app({ replicas: 0 }))
      await gateState(namespace, 'not-needed')
      expect(await labelsOf(namespace)).not.toHaveProperty([USUAL])
    },
  )

  caseOf(
    'failurePolicy Fail and no replicas: nothing is labelled',
    ['controllers', 'control plane'],
    async () => {
      await register({ matchLabels: { [USUAL]: 'enabled' } }, 'Fail')
      const namespace = await fresh(service(), ingress(), app({ replicas: 0 }))
      await gateState(namespace, 'paused')
      expect(await labelsOf(namespace)).not.toHaveProperty([USUAL])
    },
  )
})

describe('it has no ready replica', () => {
  /** No node has this label: its Pods wait for ever. */
  const nowhere = { nodeSelector: { 'slackwater-e2e': 'nowhere' } }
  let gating: Slackwater | undefined

  afterEach(async () => {
    await gating?.stop()
    gating = undefined
    await register(slackwater)
  })

  /** A labeled namespace in which LBC's webhook would give the Pods of `web` a gate. */
  const withoutController = async (): Promise<string> => {
    const selected = gateWebhook({ matchLabels: { [USUAL]: 'enabled' } })
    await kubectlOk(['apply', '--server-side', '-f', '-'], selected)
    await kubectlOk(['apply', '-n', home, '-f', '-'], lbcDeployment([], nowhere))
    const namespace = await fresh(service(), ingress())
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], targetGroupBinding(namespace))
    await waitFor(async () => (await labelsOf(namespace))[USUAL] === 'enabled' || undefined)
    await waitFor(async () => {
      const { deployment } = (await reported(slackwater, namespace)).cluster.loadBalancerController ?? {}
      return deployment?.ready === 0 || undefined
    })
    return namespace
  }

  const GATE = 'target-health.elbv2.k8s.aws/k8s-web-web-0123456789'

  const NOT_READY = 'Warning: slackwater: controller-not-ready: '

  const gatesOfNewPod = async (namespace: string): Promise<readonly string[]> => {
    const { spec, metadata } = app().spec.template
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'web-1' }, spec }
    const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-']
    const made = JSON.parse((await kubectlOk(args, pod)).out) as {
      readonly spec: { readonly readinessGates?: readonly { readonly conditionType: string }[] }
    }
    return (made.spec.readinessGates ?? []).map(({ conditionType }) => conditionType)
  }

  caseOf(
    'setting off: who applies or restarts is warned, an Event stands at the workload, no gate is written',
    ['controllers', 'control plane'],
    async () => {
      const namespace = await withoutController()
      const applied = await kubectlOk(['apply', '-n', namespace, '-f', '-'], app())
      expect(applied.err).toContain(NOT_READY)
      const restarted = await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
      expect(restarted.err).toContain(NOT_READY)
      expect(await gatesOfNewPod(namespace)).toEqual([])
      await waitFor(async () => {
        const { out } = await kubectlOk(['get', 'events', '-n', namespace])
        return out.includes('ControllerNotReady') || undefined
      })
    },
  )

  caseOf(
    'setting on: Slackwater writes the gate itself, and no more once the controller is gone',
    ['controllers', 'control plane'],
    async () => {
      const namespace = await withoutController()
      gating = await startSlackwater({ settings: { gateWhenControllerDown: 'on' }, validates: true })
      expect(await gatesOfNewPod(namespace)).toEqual([GATE])
      const restarted = await kubectlOk(['apply', '-n', namespace, '-f', '-'], app())
      expect(restarted.err).toContain(NOT_READY)
      const gated = await waitFor(async () => {
        const { out } = await kubectlOk(['get', 'pods', '-n', namespace, '-o', 'json'])
        const { items } = JSON.parse(out) as { readonly items: readonly object[] }
        return items.length === 2 ? items : undefined
      })
      for (const pod of gated) expect(JSON.stringify(pod)).toContain(GATE)
      expect(await gating.metric('slackwater_readiness_gates_written_total')).toBe(2)
      await kubectlOk(['delete', 'deployment', 'aws-load-balancer-controller', '-n', home])
      await waitFor(async () => (await gatesOfNewPod(namespace)).length === 0 || undefined)
    },
  )
})

describe('EKS Auto Mode', () => {
  const AUTO_MODE_CLASS = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'auto-mode' },
    spec: { controller: 'eks.amazonaws.com/alb' },
  }

  caseOf('its own label is set', ['controllers', 'control plane'], async () => {
    await kubectlOk(['apply', '-f', '-'], AUTO_MODE_CLASS)
    const own = { ...ingress(), spec: { ...ingress().spec, ingressClassName: 'auto-mode' } }
    const namespace = await fresh(service(), own, app({ replicas: 0 }))
    await gateState(namespace, 'labelled')
    expect(await labelsOf(namespace)).toMatchObject({
      'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled',
    })
    expect(await labelsOf(namespace)).not.toHaveProperty([USUAL])
  })
})
