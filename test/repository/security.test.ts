import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { withToken } from '../../scripts/chart/security.ts'

/** SECURITY.md: what it says of permissions, defaults and names, held against the manifests that are installed. */

const read = (file: string): string => readFileSync(file, 'utf8')
const page = read('SECURITY.md')
const words = page.replaceAll('\n', ' ')
const rbac = read('deploy/rbac.yaml')

interface MountedToken {
  readonly path: string
  readonly expirationSeconds: number
}

interface Installed {
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly automountServiceAccountToken?: boolean
        readonly volumes?: readonly {
          readonly projected?: {
            readonly sources: readonly { readonly serviceAccountToken?: MountedToken }[]
          }
        }[]
      }
    }
  }
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly {
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
    readonly resourceNames?: readonly string[]
  }[]
  readonly webhooks?: readonly {
    readonly name: string
    readonly timeoutSeconds: number
    readonly failurePolicy: string
  }[]
}

const objects = parseAllDocuments(read('deploy/base/slackwater.yaml')).map(
  (document) => document.toJS() as Installed,
)

const [, table = ''] = /<!-- token -->\n\|.*\n\|-.*\n([\s\S]*?)\n<!-- end -->/.exec(page) ?? []

describe('the table of permissions', () => {
  test('is as npm run generate writes it', () => {
    expect(withToken(page, rbac)).toBe(page)
  })

  test('has each verb on each resource of the installed roles, with its names, and no other', () => {
    const installed = objects.flatMap(({ kind, rules = [] }) =>
      rules.flatMap(({ resources, verbs, resourceNames: names = [] }) =>
        resources.flatMap((resource) =>
          verbs.map((verb) => [verb, resource, ...names, ...(kind === 'Role' ? ['own'] : [])].join(' ')),
        ),
      ),
    )
    const stated = table.split('\n').flatMap((row) =>
      [
        ...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`((?: named `[^`]+`)?)((?: in its own namespace)?)/g),
      ].flatMap(([, rule = '', named = '', own]) => {
        const list = rule.split(/[, ]+/)
        const verbs = list.filter((word) => /^(get|list|watch|create|patch|update|delete)$/.test(word))
        const name = / named `(.+)`/.exec(named)?.[1]
        const rest = [...(name === undefined ? [] : [name]), ...(own === '' ? [] : ['own'])]
        return list
          .slice(verbs.length)
          .flatMap((resource) => verbs.map((verb) => [verb, resource, ...rest].join(' ')))
      }),
    )
    expect(installed.length).toBeGreaterThan(60)
    expect(stated.toSorted()).toEqual(installed.toSorted())
  })

  test('a page without a place for it, or a rule that is not there, is an error', () => {
    expect(() => withToken('# Security\n', rbac)).toThrow('no place')
    expect(() => withToken(page, rbac.replace('[horizontalpodautoscalers]', '[other]'))).toThrow(
      'horizontalpodautoscalers',
    )
  })
})

describe('its sentences', () => {
  test('of ConfigMaps and Secrets only its own are read', () => {
    expect(words).toContain('Secrets and ConfigMaps are not read, but for Slackwater')
    const rules = objects.flatMap(({ rules = [] }) => rules)
    const configMaps = rules.filter(({ resources }) => resources.includes('configmaps'))
    expect(configMaps.map(({ resourceNames }) => resourceNames)).toEqual([['slackwater-observed']])
    const secrets = rules.filter(({ resources }) => resources.includes('secrets'))
    expect(secrets.map(({ resourceNames }) => resourceNames)).toEqual([['slackwater-certificates']])
    expect(words).toContain('the Secret `slackwater-certificates`')
  })

  test('how long admission waits is what the webhooks have', () => {
    const told =
      /takes (\d+) s longer \((\d+) s, then (\d+) s .*\), its new ReplicaSet (\d+) s and each of its Pods (\d+) s/
    const [apply, workloads, validating, replicaSet, pods] = told.exec(words)?.slice(1).map(Number) ?? []
    const mutating = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')?.webhooks ?? []
    const secondsOf = (name: string): readonly (number | undefined)[] => [
      ...new Set(
        objects
          .flatMap(({ webhooks = [] }) => webhooks)
          .filter((webhook) => webhook.name.includes(name))
          .map(({ timeoutSeconds }) => timeoutSeconds),
      ),
    ]
    expect([workloads, pods, validating]).toEqual(
      ['workloads.slackwater.dev', 'pods.slackwater.dev', '.validate.'].flatMap(secondsOf),
    )
    expect([apply, replicaSet]).toEqual([(workloads ?? 0) + (validating ?? 0), workloads])
    expect([...new Set(mutating.map(({ failurePolicy }) => failurePolicy))]).toEqual(['Ignore'])
  })

  test('its namespace, its Deployment, and its ports are those that are installed', () => {
    const deployment = objects.find(({ kind }) => kind === 'Deployment')
    expect([deployment?.metadata.namespace, deployment?.metadata.name]).toEqual([
      'slackwater-system',
      'slackwater',
    ])
    expect(words).toContain('kubectl -n slackwater-system rollout restart deployment/slackwater')
    const values: {
      readonly webhook: { readonly port: number }
      readonly healthPort: number
      readonly reportPort: number
    } = parse(read('charts/slackwater/values.yaml'))
    expect(words).toContain(
      `a route to port ${values.webhook.port}, ${values.healthPort} or ${values.reportPort}`,
    )
  })

  test('the values that it names exist', () => {
    const values: unknown = parse(read('charts/slackwater/values.yaml'))
    const named = [
      ...page.matchAll(/`((?:rbac|webhook|image|networkPolicy|certificates|admissionPolicy)\.[\w.]+)/g),
    ]
    expect(named.length).toBeGreaterThan(5)
    const at = (path: string): unknown =>
      path
        .split('.')
        .reduce<unknown>(
          (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
          values,
        )
    expect(named.map(([, path = '']) => path).filter((path) => at(path) === undefined)).toEqual([])
  })

  test('the alerts that it names exist', () => {
    const rules = read('charts/slackwater/templates/prometheusrule.yaml')
    const named = [...page.matchAll(/`(Slackwater[A-Z]\w+)`/g)].map(([, alert = '']) => alert)
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter((alert) => !rules.includes(`alert: ${alert}\n`))).toEqual([])
  })

  test('every action and every base image is pinned by digest, and nothing else reads the Dockerfile', () => {
    const workflows = globSync('.github/**/*.yml').map(read).join('\n')
    const actions = [...workflows.matchAll(/\buses: (?!\.\/)(\S+)/g)].map(([, action = '']) => action)
    const images = [...read('Dockerfile').matchAll(/^FROM (?:--\S+ )?(\S+)/gm)].map(([, image = '']) => image)
    expect([actions.length > 5, images.length > 1]).toEqual([true, true])
    expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([])
    expect(images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([])
    // BuildKit would run the image that such a line names.
    expect(read('Dockerfile')).not.toMatch(/^#\s*syntax\s*=/im)
  })

  // 3607 is what API servers mount on their own, and extend (kubernetes pkg/registry/core/serviceaccount/storage/token.go).
  test('the token is valid for an hour, and no other is mounted', () => {
    expect(words).toContain('It is valid for an hour')
    const pod = objects.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec
    expect(pod?.automountServiceAccountToken).toBe(false)
    const tokens = pod?.volumes?.flatMap(({ projected }) =>
      (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) =>
        token === undefined ? [] : [token],
      ),
    )
    expect(tokens).toEqual([{ path: 'token', expirationSeconds: 3600 }])
  })
})
