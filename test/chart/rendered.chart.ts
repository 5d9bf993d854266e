import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { CHART, deployFiles, KUBE_VERSION } from '../../scripts/chart/deploy.ts'
import { GOLDENS, goldenOf } from '../../scripts/chart/goldens.ts'
import { valueRows } from '../../scripts/chart/readme.ts'
import { SETTINGS } from '../../scripts/chart/values-schema.ts'
import { runProgram } from '../../src/cli/program.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import { HELMS, helm, manifestsOf, realHelm, rendered, template } from './helm.ts'
import { EVERYTHING, OWN, PROMETHEUS, VARIANTS } from './matrix.ts'
import { REFUSED } from './refused.ts'
import { type Manifest, RULES } from './rules.ts'

/** The chart, rendered by the real Helm: 3, and whatever 4 could do otherwise. */

// Built here, where there is time for it.
for (const name of HELMS) realHelm(name)

const read = (file: string): string => readFileSync(file, 'utf8')

const MONITORED = [...PROMETHEUS, '--set', 'prometheusRule.enabled=true']

/** The same, but for what Helm 4 has of its own: another order, and an empty line at the end of each document. */
const documentsOf = (text: string): readonly string[] =>
  text
    .split(/^---\n/m)
    .map((document) => document.trimEnd())
    .toSorted()

test.for(HELMS)('%s lint finds nothing', (name) => {
  const { status, out } = helm(['lint', '--strict', CHART, ...KUBE_VERSION], name)
  expect(out).toContain('0 chart(s) failed')
  expect(out).not.toMatch(/\[[A-Z]+\]/)
  expect(status).toBe(0)
})

test.for(['enforce', 'dry-run'])('mode %s: an alert about exposed rollouts of what is enforced', (mode) => {
  const text = rendered([...MONITORED, '--set', `mode=${mode}`])
  expect(
    text.match(/alert: SlackwaterRolloutExposed\n +expr: .*verdict="exposed",mode="enforce"/g),
  ).toHaveLength(1)
})

describe('a changed value is rendered', () => {
  const byDefault = rendered([])

  test.for(VARIANTS)('$value $args', ({ args, finds, lacks }) => {
    const text = rendered(args)
    expect(text).toContain(finds)
    if (lacks !== undefined) expect(text).not.toContain(lacks)
    expect(text).not.toBe(byDefault)
    expect(problemsOf(manifestsOf(text), args)).toEqual([])
    expect(parseSettings(settingsOf(manifestsOf(text)))).toMatchObject({ ok: true })
    expect(documentsOf(rendered(args, 'helm4'))).toEqual(documentsOf(text))
  })

  test('each value is changed at least once', () => {
    const values = [
      ...Object.keys(SETTINGS),
      ...valueRows(read(`${CHART}/values.yaml`)).map((row) => row.path),
    ]
    const isChanged = (value: string) =>
      VARIANTS.some((one) => one.value === value || one.value.startsWith(`${value}.`))
    expect(values.filter((value) => !isChanged(value))).toEqual([])
  })
})

/** Rules that a value of the user's may break: that is what the value is for. */
const MAY_BREAK: readonly (readonly [value: RegExp, rule: RegExp])[] = [
  [/image\.digest/, /images have a version/],
  // The user's own, which are there already.
  [/webhook\.clients/, /ports and volumes/],
  [/readOnlyRootFilesystem|podSecurityStandard/, /meet (?:Pod Security|it too)/],
  [/add.*NET_BIND_SERVICE|localhostProfile/, /meet (?:Pod Security|it too)/],
]

const problemsOf = (objects: readonly Manifest[], args: readonly string[] = []): readonly string[] =>
  Object.entries(RULES)
    .filter(([rule]) => !MAY_BREAK.some(([value, broken]) => value.test(args.join()) && broken.test(rule)))
    .flatMap(([rule, check]) => check(objects).map((problem) => `${rule}: ${problem}`))

function settingsOf(objects: readonly Manifest[]): unknown {
  const map = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-settings'),
  )
  return parse(
    (map as { data?: Readonly<Record<string, string>> } | undefined)?.data?.['settings.yaml'] ?? '',
  )
}

describe('the settings', () => {
  test('are those of the values, and the namespace is the release’s', () => {
    expect(
      settingsOf(manifestsOf(rendered(['--set', 'mode=dry-run,terms.requestSeconds=20']))),
    ).toMatchObject({
      mode: 'dry-run',
      terms: { requestSeconds: 20 },
      ownNamespace: 'slackwater-system',
    })
  })

  test('off may be written bare, as YAML 1.1 has it', () => {
    const off = '{"mode":false,"namespaceLabels":false,"adopt":false,"gateWhenControllerDown":false}'
    const args = Object.entries(JSON.parse(off) as object).flatMap(([key, value]) => [
      '--set-json',
      `${key}=${value}`,
    ])
    expect(settingsOf(manifestsOf(rendered(args)))).toMatchObject({
      mode: 'off',
      namespaceLabels: 'off',
      adopt: 'off',
      gateWhenControllerDown: 'off',
    })
  })

  test('so may on, where a setting has it', () => {
    const on = manifestsOf(rendered(['--set-json', 'gateWhenControllerDown=true']))
    expect(settingsOf(on)).toMatchObject({ gateWhenControllerDown: 'on' })
  })

  test('a change of them rolls the Pods', () => {
    const checksum = (args: readonly string[]) => /checksum\/settings: (\w+)/.exec(rendered(args))?.[1]
    expect(checksum([])).toBe(checksum(['--set', 'replicaCount=3']))
    expect(checksum([])).not.toBe(checksum(['--set', 'mode=dry-run']))
  })
})

describe('everything at once', () => {
  const objects = manifestsOf(rendered(EVERYTHING))

  test.for(Object.entries(RULES))('%s', ([, check]) => expect(check(objects)).toEqual([]))

  test('every template has a part in it or in the default', () => {
    const sources = new Set(
      [
        rendered(EVERYTHING),
        rendered(['--set', 'podMonitor.enabled=true', '--api-versions', 'monitoring.coreos.com/v1']),
      ]
        .flatMap((text) => [...text.matchAll(/^# Source: slackwater\/templates\/(\S+)/gm)])
        .map(([, file = '']) => file),
    )
    const templates = execFileSync('git', ['ls-files', '-co', '--exclude-standard', `${CHART}/templates`], {
      encoding: 'utf8',
    })
      .split('\n')
      .map((file) => path.relative(`${CHART}/templates`, file))
      .filter((file) => file.endsWith('.yaml') && !file.startsWith('..'))
    expect(templates.filter((file) => !sources.has(file))).toEqual([])
  })
})

// aws/amazon-network-policy-controller-k8s#71, #81: a rule with the name of a port opened no port on EKS.
test('the network policy opens ports by their numbers, which are those of the Pods', () => {
  const ports = ['--set', 'webhook.port=10260,healthPort=8090', '--show-only', 'templates/networkpolicy.yaml']
  const rules = rendered(ports).split('egress:')[0] ?? ''
  expect(rules.match(/ port: .*/g)).toEqual([' port: 10260', ' port: 8090'])
})

test('a ServiceMonitor finds its Service whatever Argo CD writes into app.kubernetes.io/instance', () => {
  const objects = manifestsOf(rendered([...PROMETHEUS, '--set', 'serviceMonitor.enabled=true']))
  const monitor = objects.find(({ kind }) => kind === 'ServiceMonitor')
  const service = objects.find(({ kind }) => kind === 'Service')
  // Tracking by labels: the name of the Application, which need not be that of the release.
  const labels = { ...service?.metadata.labels, 'app.kubernetes.io/instance': 'slackwater-prod-eu-1' }
  expect(labels).toMatchObject(monitor?.spec?.selector?.matchLabels ?? { none: '' })
})

describe('the rights', () => {
  /** `patch deployments` */
  const rightsOf = (objects: readonly Manifest[]): readonly string[] =>
    objects.flatMap(({ rules = [] }) =>
      rules.flatMap(({ resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
      ),
    )

  test('with all left out that can be, only the Lease is written and no object is read by name', () => {
    const least = ['--set', 'adopt=off,namespaceLabels=report,rbac.events=false,rbac.report=false']
    const rights = rightsOf(manifestsOf(rendered([...OWN, ...least])))
    expect(rights.filter((right) => !/^(list|watch) /.test(right)).toSorted()).toEqual([
      'create leases',
      'get leases',
      'update leases',
    ])
    expect(rights.filter((right) => /pods|replicasets|secrets/.test(right))).toEqual([])
  })

  test('without the report, Pods are still listed to see whether readiness gates pass', () => {
    const rights = rightsOf(manifestsOf(rendered([...OWN, '--set', 'rbac.report=false'])))
    expect(rights.filter((right) => /pods|replicasets/.test(right))).toEqual(['list pods'])
    const off = ['--set', 'rbac.report=false,namespaceLabels=off']
    expect(rightsOf(manifestsOf(rendered([...OWN, ...off]))).filter((right) => /pods/.test(right))).toEqual(
      [],
    )
  })

  test('are narrowed where the API server has policies, and not where it has none', () => {
    const kinds = ['--api-versions', 'apps/v1/Deployment']
    const policies = ['--api-versions', 'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy']
    const policiesIn = (args: readonly string[]) =>
      manifestsOf(rendered(args)).filter(({ kind }) => kind === 'ValidatingAdmissionPolicy').length
    expect(policiesIn([])).toBe(5)
    expect(policiesIn(kinds)).toBe(0)
    expect(policiesIn([...kinds, ...policies])).toBe(5)
  })

  test('an account of another name is the one that is narrowed', () => {
    const text = rendered(['--set', 'serviceAccount.name=tide'])
    expect(text.match(/'system:serviceaccount:slackwater-system:tide'/g)).toHaveLength(5)
  })
})

test('every argument of the container is an option of serve', async () => {
  const said: string[] = []
  await runProgram(['serve', '--help'], {
    out: (text) => void said.push(text),
    err: () => undefined,
    readStdin: () => Promise.resolve(''),
    width: 100,
    color: false,
    onSignal: () => undefined,
    exit: () => undefined,
  })
  const options = new Set([...said.join('').matchAll(/--[a-z-]+/g)].map(([option]) => option))
  const texts = [
    rendered([]),
    ...VARIANTS.filter(({ value }) => /^(?:certificates|webhook)/.test(value)).map(({ args }) =>
      rendered(args),
    ),
  ]
  const given = texts.flatMap((text) =>
    [...text.matchAll(/^ +- "?(--[a-z-]+)=/gm)].map(([, option = '']) => option),
  )
  expect([...new Set(given)].filter((option) => !options.has(option))).toEqual([])
})

describe('nonsense is refused with a sentence', () => {
  describe.for(HELMS)('by %s', (name) => {
    test.for(REFUSED)('%s', ([, args, words]) => {
      const { status, err } = template(args, name)
      expect(status).toBe(1)
      for (const word of words) expect(err).toContain(word)
    })
  })
})

const PARENT = 'apiVersion: v2\nname: parent\nversion: 0.1.0\n'

describe.for(HELMS)('as a part of another chart, by %s', (name) => {
  const parent = mkdtempSync(path.join(tmpdir(), 'slackwater-parent-'))
  cpSync(CHART, path.join(parent, 'charts', 'slackwater'), { recursive: true })
  writeFileSync(path.join(parent, 'Chart.yaml'), PARENT)
  const inside = (...args: readonly string[]) =>
    helm(['template', 'all', parent, '-n', 'platform', ...KUBE_VERSION, ...args], name)

  test('what its parent says to all is read, and what is for others is no matter', () => {
    const { status, out } = inside(
      '--set',
      'global.imageRegistry=mirror.internal,global.mode=blue,global.storageClass=gp3',
    )
    expect(status).toBe(0)
    expect(out).toContain('image: mirror.internal/slackwater/slackwater:0.1.0')
    expect(out).not.toMatch(/blue|gp3/)
  })

  test('nothing need be said', () => expect(inside()).toMatchObject({ status: 0 }))

  // cert-manager/cert-manager#7334, traefik/traefik-helm-chart#1640: a closed schema refuses it.
  test('its parent may switch it on and off by the usual condition', () => {
    const condition = '  - { name: slackwater, version: 0.1.0, condition: slackwater.enabled }\n'
    writeFileSync(path.join(parent, 'Chart.yaml'), `${PARENT}dependencies:\n${condition}`)
    expect(inside('--set', 'slackwater.enabled=true').out).toContain('kind: Deployment')
    const { status, out } = inside('--set', 'slackwater.enabled=false')
    expect({ status, objects: manifestsOf(out) }).toEqual({ status: 0, objects: [] })
  })
})

describe('what is made from it is in step: npm run generate', () => {
  test.for(Object.keys(GOLDENS))('golden %s', (name) => {
    const golden = read(`test/chart/golden/${name}.yaml`)
    expect(goldenOf(realHelm(), name)).toBe(golden)
    expect(documentsOf(goldenOf(realHelm('helm4'), name))).toEqual(documentsOf(golden))
  })

  test.for(Object.entries(deployFiles(realHelm())))('deploy/%s', ([file, text]) => {
    expect(read(path.join('deploy', file))).toBe(text)
  })
})
