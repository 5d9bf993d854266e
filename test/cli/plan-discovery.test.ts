import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { shop } from './manifests.ts'
import { folderOf, STATED_SETTINGS, slackwater } from './run.ts'

const plan = (...args: readonly string[]) => slackwater(['plan', ...args])
const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe('the chain of reasons', () => {
  test('is printed down to the workload', () => {
    const { out } = slackwater(['plan', '-f', '-'], { input: shop() })
    expect(flat(out)).toContain(
      'behind ALB, ip targets: Ingress shop/web → default backend → Service shop/web:80 → Deployment shop/web',
    )
  })

  test('is data in JSON, step by step', () => {
    const { out } = plan('-f', 'examples/sources/gateway-http.yaml', '-o', 'json')
    const [object] = JSON.parse(out).objects
    expect(object.exposures[0].because[0]).toEqual({
      text: 'Gateway edge/public → listener https → HTTPRoute orders/orders → Service orders/orders:80 → Deployment orders/orders',
      steps: [
        { object: { kind: 'Gateway', namespace: 'edge', name: 'public' } },
        { via: 'listener https' },
        { object: { kind: 'HTTPRoute', namespace: 'orders', name: 'orders' } },
        { object: { kind: 'Service', namespace: 'orders', name: 'orders' }, port: '80' },
        { object: { kind: 'Deployment', namespace: 'orders', name: 'orders' } },
      ],
    })
    // D 45 stands in the TargetGroupConfiguration; I is no term of this row, R is assumed.
    const { terms } = object.budget.perExposure[0]
    expect(terms.D).toMatchObject({
      value: 45,
      origin: {
        rank: 'declared',
        source: {
          kind: 'field',
          path: 'spec.defaultConfiguration.targetGroupAttributes',
          object: { kind: 'TargetGroupConfiguration', namespace: 'orders', name: 'orders' },
        },
      },
    })
    expect(terms.R.origin).toEqual({ rank: 'assumed', source: { kind: 'default', of: 'Slackwater' } })
  })

  test('of several target groups the one that decided is named, and what the others asked for', () => {
    const { out } = plan('-f', 'examples/sources/three-target-groups.yaml', '--settings', STATED_SETTINGS)
    // NLB ip 5 + 120 + 10 + 5; ALB instance 10 + 60 + 5; ALB ip 5 + 35 + 5; each + 30
    const text = out.replace(/\s+/g, ' ')
    expect(text).toContain(
      'decided by Service media/stream (NLB, ip targets): sleep 140 s, grace period 170 s over Service media',
    )
    expect(text).toContain(
      'over Service media/partners (ALB, instance targets): sleep 75 s, grace period 105 s',
    )
    expect(text).toContain('over Service media/web (ALB, ip targets): sleep 45 s, grace period 75 s')
  })

  test('the same assumption of several exposures is said once', () => {
    const { out } = plan('-f', 'examples/sources/three-target-groups.yaml')
    expect(flat(out).split('assumption: class alb assumed').length - 1).toBe(1)
  })

  test.for([
    ['summary', /```\n(\d+ objects read[\s\S]*?)```/, 'examples'],
    ['details', /```\n(Deployment bookshop[\s\S]*?)```/, 'examples/1-bookshop.yaml'],
  ] as const)('every line of the sample in docs/plan.md is a line of the plan: %s', ([, block, files]) => {
    const sample = block.exec(readFileSync('docs/plan.md', 'utf8'))?.[1] ?? ''
    const lines = sample.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '…')
    const printed = new Set(plan('-f', files).out.split('\n'))
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.filter((line) => !printed.has(line))).toEqual([])
  })
})

test('a Rollout that borrows a template names the Deployment, which is protected in its place', () => {
  const borrowing = `${shop()}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, namespace: shop }
spec:
  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  strategy: { blueGreen: { activeService: web } }
`
  const { out } = slackwater(['plan', '-f', '-', '--settings', STATED_SETTINGS, '--details'], {
    input: borrowing,
  })
  expect(flat(out)).toContain(
    'Rollout shop/web: out-of-scope: its Pods use the template of Deployment shop/web: change that one',
  )
  expect(out).toContain('inject: sleep 40 s, grace period 70 s, in the template')
})

describe('--assume-default-class', () => {
  const classless = shop().replace('  ingressClassName: alb\n', '')
  const asked = (...args: readonly string[]) =>
    slackwater(['plan', '-f', '-', '--settings', STATED_SETTINGS, ...args], { input: classless })

  test('without it, an Ingress without a class is not counted, and the option is named', () => {
    const { out } = asked()
    expect(out).toContain('Deployment shop/web: not-exposed')
    expect(flat(out)).toContain('--assume-default-class alb if the cluster has a default class')
  })

  test('with it, the Ingress is read as of that class, and that is said', () => {
    const { out } = asked('--assume-default-class', 'alb')
    expect(out).toContain('inject: sleep 40 s, grace period 70 s')
    expect(flat(out)).toContain("class alb assumed to be the cluster's default (--assume-default-class)")
  })

  test('another controller’s class as the default makes no ALB of it', () => {
    expect(asked('--assume-default-class', 'nginx').out).toContain('Deployment shop/web: not-exposed')
  })

  test('a default class among the files holds over it', () => {
    const nginx = `
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: nginx
  annotations: { ingressclass.kubernetes.io/is-default-class: 'true' }
spec: { controller: k8s.io/ingress-nginx }
`
    const { out } = slackwater(['plan', '-f', '-', '--assume-default-class', 'alb'], {
      input: classless + nginx,
    })
    expect(out).toContain('Deployment shop/web: not-exposed')
  })
})

describe('a tree as people have them', () => {
  const folder = folderOf({ 'web.yaml': shop() })
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    write(`charts/${name}/values.yaml`, 'replicaCount: 2\n')
    write(
      `charts/${name}/templates/deployment.yaml`,
      '{{- if .Values.on }}\napiVersion: apps/v1\n{{- end }}\n',
    )
    write(`ci/${name}.yml`, 'stages: [build]\nbuild:\n  script: |\n    echo {{ x }}\n')
    write(`copies/${name}.yaml`, 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: same }\n')
  }
  write(
    'crds/things.yaml',
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\n',
  )
  write('base/kustomization.yaml', 'resources: [web.yaml]\n')
  const { out, err, code } = plan('-f', folder, '--settings', STATED_SETTINGS)

  test('ends, is right about the rest, and exits as for bad input', () => {
    expect(out).toContain('inject: sleep 40 s, grace period 70 s, in the template')
    expect(code).toBe(2)
  })

  test('names each file that it could not read, with the line, and what to do about a template', () => {
    const errors = err.trim().split('\n')
    expect(errors).toHaveLength(5)
    for (const error of errors)
      expect(error).toMatch(/templates\/deployment\.yaml:1:\d+: .*give the folder of its chart with --render/)
  })

  test('tells what it passed over in a line for each reason, and all of it in JSON', () => {
    // Ten: five values files and five CI files; the kustomization has a note of its own.
    expect(flat(out)).toMatch(/10 documents have no apiVersion and kind, .* and 7 more \(-o json names all\)/)
    expect(flat(out)).toMatch(/4 objects replace earlier ones of the same name, .* and 1 more/)
    const { notes } = JSON.parse(plan('-f', folder, '-o', 'json').out)
    const ids = (notes as readonly { readonly id: string }[]).map(({ id }) => id)
    expect(ids.filter((id) => id === 'not-an-object')).toHaveLength(10)
    expect(ids.filter((id) => id === 'kustomization')).toHaveLength(1)
  })
})

test('a patch of an autoscaler in an overlay is said beside the rest, and hinders nothing', () => {
  const patch = `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { minReplicas: 3 }
`
  const folder = folderOf({ 'web.yaml': shop(), 'patch.yaml': patch })
  const { out, code } = plan('-f', folder, '-o', 'json', '--settings', STATED_SETTINGS)
  expect(code).toBe(1)
  const { problems, notes, objects } = JSON.parse(out)
  expect(problems ?? []).toEqual([])
  expect(notes).toMatchObject([{ id: 'related-unreadable', severity: 'information' }])
  expect(objects).toMatchObject([{ verdict: 'inject' }])
})
