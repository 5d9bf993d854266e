import { Check } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ExplanationSchema } from '../../src/report/explain-schema.ts'
import { HOSTILE, obeyed } from './hostile.ts'
import { inProcess, type Ran, STATED_SETTINGS } from './run.ts'

interface Written {
  readonly namespace?: string
  readonly name?: string
  /** Lines below the container. */
  readonly container?: string
}

const probed = '          readinessProbe: { httpGet: { path: /, port: 80 } }\n'

const workload = ({
  namespace = 'shop',
  name = 'web',
  container = probed,
}: Written = {}) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: nginx
${container}---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${namespace} }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace} }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: ${namespace}
  annotations: { alb.ingress.kubernetes.io/target-type: ip, alb.ingress.kubernetes.io/healthcheck-path: / }
spec:
  ingressClassName: alb
  defaultBackend: { service: { name: web, port: { number: 80 } } }
---
`

const explain = (input: string, ...args: readonly string[]): Promise<Ran> =>
  inProcess(['explain', ...args, '-f', '-', '--settings', STATED_SETTINGS], { input })

describe('a workload of files', () => {
  test('one workload on one screen: chains, timeline, terms, findings, changes', async () => {
    const { code, out, err } = await explain(workload(), 'deploy/web')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = out.split('\n')
    expect(lines.length).toBeLessThanOrEqual(50)
    // A command to paste stays in one line.
    expect(lines.filter((line) => line.length > 80 && !line.startsWith('      kubectl '))).toEqual([])
    expect(lines[0]).toMatch(/^Deployment shop\/web +stdin:1$/)
    // STATED_TERMS with AWS's deregistration delay of 300 s: 5 + max(25, min(300, 25 + 10)) + 5 = 45; 45 + 30 = 75.
    for (const words of [
      '  behind ALB, ip targets: Ingress shop/web → default backend → Service',
      '  seconds        0   5 ',
      'SIGTERM at 45 s, SIGKILL at 75 s at the latest',
      '  sleep S = C + max(P, min(D, P + R)) + J',
      '    D   300  deregistration delay  assumed: AWS default',
      '    R    10  request               setting terms.requestSeconds',
      '  now: app no hook, grace period default 30 s',
      '  → add preStop sleep 45 s to app;',
      '  ✓ fixed: prestop-missing: ',
    ])
      expect(out).toContain(words)
  })

  test('a finding that stays: exit code 1, with what to do', async () => {
    const { code, out } = await explain(workload({ container: '' }), 'deployment', 'web')
    expect(code).toBe(1)
    expect(out).toContain('! readiness-probe-missing: ')
    expect(out).toMatch(/\n {4}fix: .*\n/)
  })

  test('the same drawing as that of a plan, without its diff', async () => {
    const drawn = async (args: readonly string[]) =>
      (await inProcess([...args, '-f', '-', '--settings', STATED_SETTINGS], { input: workload() })).out
    const explained = (await drawn(['explain', 'deploy/web'])).split('\n  now: ')[0] ?? ''
    expect(explained.split('\n').length).toBeGreaterThan(15)
    expect(await drawn(['plan'])).toContain(explained.trimEnd())
  })

  test('several of one name: each; with -n the one of that namespace', async () => {
    const both = workload() + workload({ namespace: 'prod' })
    const { out, code } = await explain(both, 'deploy/web')
    expect(out.match(/^Deployment \S+/gm)).toEqual(['Deployment shop/web', 'Deployment prod/web'])
    expect(code).toBe(0)
    const one = await explain(both, 'deploy/web', '-n', 'prod')
    expect(one.out.match(/^Deployment \S+/gm)).toEqual(['Deployment prod/web'])
  })

  test('only of the kind', async () => {
    const set = (workload().split('---\n')[0] ?? '').replace('kind: Deployment', 'kind: StatefulSet')
    const { out } = await explain(`${workload()}${set}`, 'sts/web')
    expect(out.match(/^\w+ \S+\/\S+/gm)).toEqual(['StatefulSet shop/web'])
  })

  test('not behind a load balancer: why', async () => {
    const alone = workload().split('---\n')[0] ?? ''
    const { out, code } = await explain(alone, 'deploy/web')
    expect(out).toContain('  not-exposed: ')
    expect(code).toBe(0)
  })

  test('a notice about an Ingress on the way is shown', async () => {
    const wrong = workload().replace(
      'alb.ingress.kubernetes.io/target-type: ip',
      'alb.ingress.kubernetes.io/target-type: pod',
    )
    const { out, code } = await explain(wrong, 'deploy/web')
    expect(out).toContain('! Ingress web: ')
    expect(code).toBe(1)
  })

  test('JSON and YAML have the published shape, and the same data', async () => {
    const json = await explain(workload(), 'deploy/web', '-o', 'json')
    const document: unknown = JSON.parse(json.out)
    expect(Check(ExplanationSchema, document)).toBe(true)
    expect(document).toMatchObject({
      formatVersion: 1,
      missing: [],
      workloads: [
        {
          ...{ kind: 'Deployment', namespace: 'shop', name: 'web', state: 'would-change' },
          budget: { sleepSeconds: 45, gracePeriodSeconds: 75 },
          ending: { sigterm: 45, sigkill: 75 },
          position: { file: 'stdin', line: 1 },
        },
      ],
    })
    const yaml = await explain(workload(), 'deploy/web', '-o', 'yaml')
    expect(parse(yaml.out)).toEqual(document)
  })

  test('a name that does not exist: exit code 2, and what may be meant', async () => {
    const { code, out, err } = await explain(workload(), 'deploy/wbe')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe('error: there is no Deployment wbe in these files; did you mean web?\n')
    const elsewhere = await explain(workload(), 'deploy/web', '-n', 'prod')
    expect(elsewhere.err).toBe(
      'error: there is no Deployment web in namespace prod in these files; namespace shop has one: -n shop\n',
    )
    expect(elsewhere.code).toBe(2)
  })

  test('a broken document beside it: explained, and exit code 2', async () => {
    const { code, out, err } = await explain(`${workload()}a: [\n`, 'deploy/web')
    expect(out).toContain('Deployment shop/web')
    expect(err).toMatch(/^error: stdin:\d+/)
    expect(code).toBe(2)
  })

  test('hostile names are nowhere obeyed', async () => {
    const name = JSON.stringify(HOSTILE.replaceAll('/', ''))
    const hostile = workload({ container: `          # ${'x'.repeat(250)}\n` }).replace(
      'name: app',
      `name: ${name}`,
    )
    const { out, err } = await explain(hostile, 'deploy/web')
    expect(out).toContain('Deployment shop/web')
    expect([...obeyed(out), ...obeyed(err)]).toEqual([])
    const asked = await explain(workload(), `deploy/${HOSTILE.replaceAll('/', '')}`)
    expect(asked.code).toBe(2)
    expect(obeyed(asked.err)).toEqual([])
  })
})

describe('a word', () => {
  test('a page of a finding: its headings, and where it is on the web', async () => {
    const { code, out, err } = await inProcess(['explain', 'prestop-missing'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^prestop-missing\n\nA container stops while requests still arrive · warning\n\nWhat it means\n/,
    )
    expect(out).toMatch(/\n {8,}lifecycle:\n {10,}preStop:\n/)
    expect(out).toMatch(
      /\nhttps:\/\/github\.com\/slackwater\/slackwater\/blob\/main\/docs\/findings\/prestop-missing\.md\n$/,
    )
  })

  test('in any case; a concern and a notice too', async () => {
    expect((await inProcess(['explain', 'Prestop-Missing'])).code).toBe(0)
    expect((await inProcess(['explain', 'pods-older-than-hook'])).out).toContain(
      'Pods are older than their hook',
    )
    expect((await inProcess(['explain', 'too-large'])).out).toContain('An object exceeds what is read')
  })

  test('a word that does not exist: exit code 2, and what may be meant', async () => {
    const { code, out, err } = await inProcess(['explain', 'prestop-mising'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe(
      'error: "prestop-mising" is not the id of a finding, a concern or a notice; did you mean prestop-missing?\n',
    )
    expect((await inProcess(['explain', 'checkout'])).err).toContain('; for a workload give KIND/NAME\n')
  })

  test('nothing: every id, and exit code 2', async () => {
    const { code, out, err } = await inProcess(['explain'])
    expect(out).toMatch(/^Findings\n {2}attribute-differs +/)
    expect(out).toContain('\nConcerns\n')
    expect(err).toBe('error: give KIND/NAME of a workload, or one of these ids\n')
    expect(code).toBe(2)
  })
})
