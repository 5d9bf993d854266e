import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { behindAlb } from './support/alb.ts'
import { caseOf } from './support/cluster.ts'
import { container, deployment } from './support/deployment.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, type Said, stored } from './support/kubectl.ts'
import { HIDDEN, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/** What people read in their terminal: warnings, refusals with their cure, and when there are none. */

let slackwater: Slackwater
let namespace: string

const SETTINGS = {
  findings: { 'prestop-ends-server': 'deny', 'readiness-probe-missing': 'warn', 'single-replica': 'off' },
}

beforeAll(async () => {
  slackwater = await startSlackwater({ settings: SETTINGS, validates: true })
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
})
beforeEach(async () => {
  namespace = await freshNamespace()
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], ...behindAlb('web'))
  // What was applied a moment ago has yet to be heard of.
  await waitFor(async () => ((await tryOut(NO_PROBE)).err.includes('slackwater: ') ? true : undefined))
})
afterEach(() => removeNamespace(namespace))

const PROBE = { readinessProbe: { httpGet: { port: 8080, path: '/' } } }
const ENDS_SERVER = { lifecycle: { preStop: { exec: { command: ['nginx', '-s', 'quit'] } } } }

const NO_PROBE = deployment({ replicas: 2 })
const SOUND = deployment({ replicas: 2, containers: [container('app', PROBE)] })
const ENDING = deployment({ replicas: 2, containers: [container('app', { ...PROBE, ...ENDS_SERVER })] })
const ENDING_NEXT = deployment({
  replicas: 2,
  containers: [container('app', { ...PROBE, ...ENDS_SERVER, env: [{ name: 'NEW', value: 'yes' }] })],
})
const ACCEPT = { 'slackwater.dev/accept': 'prestop-ends-server: it has no traffic at night' }

const apply = (object: unknown, ...args: readonly string[]): Promise<Said> =>
  kubectl(['apply', '-n', namespace, ...args, '-f', '-'], object)
const tryOut = (object: unknown): Promise<Said> => apply(object, '--dry-run=server')

/** Of the validating webhook: its lines begin with the id of a finding. */
const found = ({ err }: Said): readonly string[] =>
  err.split('\n').filter((line) => /^Warning: slackwater: [a-z]+(?:-[a-z]+)+: /.test(line))
const about = (id: string) => expect.stringMatching(new RegExp(`^Warning: slackwater: ${id}: .+; .+`))

const PAGE = 'https://github.com/slackwater/slackwater/blob/main/docs/findings/prestop-ends-server.md'

describe('an apply', () => {
  caseOf('is told what is found in what is stored, each with what to do', [], async () => {
    const said = await apply(NO_PROBE)
    expect(said.code).toBe(0)
    expect(found(said)).toEqual([about('readiness-probe-missing')])
    for (const line of found(said)) expect(line.length - 'Warning: '.length).toBeLessThanOrEqual(120)
    // Slackwater has written the hook: that it was missing is not said any more.
    expect(said.err).not.toContain('prestop-missing')
    expect(found(await apply(SOUND))).toEqual([])
  })

  caseOf('is refused for what is denied, and what kubectl prints has the cure', [], async () => {
    const { code, err, out } = await apply(ENDING)
    expect([code, out]).toEqual([1, ''])
    const [refusal, accept, page, ...more] = err.slice(err.indexOf('Error from server')).trimEnd().split('\n')
    expect(refusal).toMatch(
      /^Error from server \(Forbidden\): .*admission webhook "workloads\.validate\.slackwater\.dev" denied the request: slackwater: denied prestop-ends-server: .*nginx.*; .*;$/,
    )
    expect([accept, page, ...more]).toEqual([
      'to accept it, annotate Deployment web: slackwater.dev/accept: "prestop-ends-server: WHY"',
      PAGE,
    ])
    expect((await kubectl(['get', 'deployment', 'web', '-n', namespace])).code).toBe(1)
    // As it says.
    const accepted = { ...ENDING, metadata: { ...ENDING.metadata, annotations: ACCEPT } }
    const then = await apply(accepted)
    expect([then.code, found(then)]).toEqual([0, []])
  })

  caseOf('a server-side dry run hears the same', [], async () => {
    expect(found(await tryOut(NO_PROBE))).toEqual([about('readiness-probe-missing')])
    const { code, err } = await tryOut(ENDING)
    expect([code, err]).toEqual([1, expect.stringContaining('denied prestop-ends-server')])
    expect((await slackwater.health('metrics')).text).not.toMatch(
      /denied_total\{finding="prestop-ends-server"\} 2/,
    )
  })

  caseOf('a single Pod is judged, the Pods of a workload are not', [], async () => {
    const { spec, metadata } = ENDING.spec.template
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'single' }, spec }
    expect((await apply(pod)).err).toContain('denied prestop-ends-server')
  })
})

describe('an update that moves traffic', () => {
  caseOf(
    'of an Ingress or a selector is told that it loses requests; nothing else of them is',
    [],
    async () => {
      const colors = ['blue', 'green'].map((color) => named(SOUND, color))
      const services = ['blue', 'green'].map((color) => serviceFor(`web-${color}`, color))
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], ...colors, ...services, ingressTo('web-blue'))
      const switched = await waitFor(async () => {
        const said = await tryOut(ingressTo('web-green'))
        return said.err.includes('slackwater: ') ? said : undefined
      })
      // The switch, and that the Pods of web-green have no hook: no load balancer has sent to them.
      const told = [
        about('backend-switch'),
        expect.stringContaining(': no preStop hook on Deployment web-green;'),
      ]
      expect([switched.code, found(switched)]).toEqual([0, told])
      expect(switched.err).toContain('slackwater: both steps to paste: slackwater explain backend-switch')
      const logged = () => slackwater.lines.find((line) => 'paste' in line)
      expect(await waitFor(logged, 20_000, 'the decision’s log line')).toMatchObject({
        paste: expect.stringMatching(/^# First; .*web-green.*deregistration delay\.$/s),
      })
      const labeled = await kubectl(['label', 'ingress', 'colors', 'tier=front', '-n', namespace])
      expect([labeled.code, labeled.err]).toEqual([0, ''])
      const moved = await tryOut(serviceFor('web-blue', 'green'))
      expect([moved.code, found(moved)]).toEqual([0, told])
    },
  )
})

/** A Deployment `web-COLOR` with a label more. */
function named(object: typeof SOUND, color: string) {
  const { template } = object.spec
  const labels = { ...template.metadata.labels, app: 'colors', color }
  return {
    ...object,
    metadata: { ...object.metadata, name: `web-${color}` },
    spec: {
      ...object.spec,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
}

const serviceFor = (name: string, color: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'colors', color }, ports: [{ port: 80, targetPort: 8080 }] },
})

const ingressTo = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'colors', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
})

/** As it was stored before anybody denied it: in a namespace that we are not asked about. */
async function storedBefore(object: unknown): Promise<void> {
  const label = `${Object.keys(HIDDEN)[0]}=${Object.values(HIDDEN)[0]}`
  await kubectlOk(['label', 'namespace', namespace, label])
  await waitFor(async () => ((await apply(object)).code === 0 ? true : undefined))
  await kubectlOk(['label', 'namespace', namespace, `${Object.keys(HIDDEN)[0]}-`])
  await waitFor(async () => ((await tryOut(NO_PROBE)).err.includes('slackwater: ') ? true : undefined))
}

describe('an object that has the finding already', () => {
  caseOf('may be changed elsewhere, with a warning; scaled and restarted; and repaired', [], async () => {
    await storedBefore(ENDING)
    const next = await apply(ENDING_NEXT)
    expect([next.code, found(next)]).toEqual([0, [about('prestop-ends-server')]])
    const scaled = await kubectl(['scale', 'deployment/web', '--replicas=1', '-n', namespace])
    expect([scaled.code, scaled.err]).toEqual([0, ''])
    const restarted = await kubectl(['rollout', 'restart', 'deployment/web', '-n', namespace])
    expect([restarted.code, found(restarted)]).toEqual([0, [about('prestop-ends-server')]])
    const labeled = await kubectl(['label', 'deployment/web', 'tier=front', '-n', namespace])
    expect([labeled.code, labeled.err]).toEqual([0, ''])
    expect((await apply(SOUND)).code).toBe(0)
    // It is gone: from now on it would be new.
    expect((await apply(ENDING)).err).toContain('denied prestop-ends-server')
    const { spec } = await stored<{ readonly spec: { readonly replicas: number } }>([
      ...['deployment', 'web', '-n', namespace],
    ])
    expect(spec.replicas).toBe(2)
  })
})

describe('nothing is refused', () => {
  caseOf('in mode dry-run: it says what would be', [], async () => {
    await kubectlOk(['label', 'namespace', namespace, 'slackwater.dev/mode=dry-run'])
    const said = await waitFor(async () => {
      const tried = await apply(ENDING)
      return tried.code === 0 ? tried : undefined
    })
    expect(said.err).toMatch(/Warning: slackwater: dry-run: would be denied: prestop-ends-server: /)
  })

  caseOf('in mode off, and nothing is said', [], async () => {
    await kubectlOk(['label', 'namespace', namespace, 'slackwater.dev/mode=off'])
    const said = await waitFor(async () => {
      const tried = await apply(ENDING)
      return tried.code === 0 ? tried : undefined
    })
    expect(said.err).toBe('')
  })

  caseOf('while Slackwater is away', [], async () => {
    await slackwater.stop()
    const said = await apply(ENDING)
    expect([said.code, said.err]).toEqual([0, ''])
    await unregister()
    slackwater = await startSlackwater({ settings: SETTINGS, validates: true })
  })
})
