import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CHART } from '../../scripts/chart/deploy.ts'
import { GOLDENS } from '../../scripts/chart/goldens.ts'
import type { Manifest } from './rules.ts'

/** What the chart lets Slackwater do, in each of the three ways to certificates, and the README that gives the reasons. */

const read = (file: string): string => readFileSync(file, 'utf8')

const objectsOf = (golden: string): readonly Manifest[] =>
  parseAllDocuments(read(`test/chart/golden/${golden}.yaml`)).map((document) => document.toJS() as Manifest)

interface Right {
  readonly scope: string
  readonly resource: string
  readonly verb: string
  /** Empty: any. */
  readonly names: readonly string[]
}

const rightsOf = (objects: readonly Manifest[]): readonly Right[] =>
  objects.flatMap(({ kind: scope, rules = [] }) =>
    rules.flatMap(({ resources, verbs, resourceNames: names = [] }) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ scope, resource, verb, names }))),
    ),
  )

/** `get deployments` */
const text = ({ verb, resource }: Right): string => `${verb} ${resource}`

describe.for(Object.keys(GOLDENS))('with certificates: %s', (golden) => {
  const objects = objectsOf(golden)
  const rights = rightsOf(objects)
  const selfManaged = golden === 'default'

  test('no wildcard', () => {
    const lists = objects.flatMap(({ rules = [] }) =>
      rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]),
    )
    expect(lists.length).toBeGreaterThan(50)
    expect(lists.filter((word) => word.includes('*'))).toEqual([])
  })

  test('of Secrets only our own, in our own namespace, and only where we keep it', () => {
    const secrets = rights.filter(({ resource }) => resource === 'secrets')
    for (const { scope, names } of secrets)
      expect([scope, ...names]).toEqual(['Role', 'slackwater-certificates'])
    expect(secrets.map(text)).toEqual(selfManaged ? ['get secrets', 'create secrets', 'patch secrets'] : [])
  })

  test('of webhook configurations only our own are written, never as a whole, and only where we know their CA', () => {
    const ours = objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'))
    const written = rights.filter(
      ({ resource, verb }) => resource.endsWith('webhookconfigurations') && !['list', 'watch'].includes(verb),
    )
    expect(ours.map(({ kind }) => kind)).toEqual([
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
    ])
    for (const { names, resource } of written)
      expect(names).toEqual(
        ours.filter(({ kind }) => `${kind.toLowerCase()}s` === resource).map(({ metadata }) => metadata.name),
      )
    const texts = ['mutating', 'validating'].flatMap((kind) =>
      ['get', 'patch'].map((verb) => `${verb} ${kind}webhookconfigurations`),
    )
    expect(written.map(text)).toEqual(selfManaged ? texts : [])
  })

  test('only the Lease is updated, nothing deleted, and no right is handed on', () => {
    const verbs = new Set(rights.map(({ verb }) => verb))
    expect([...verbs].toSorted()).toEqual(['create', 'get', 'list', 'patch', 'update', 'watch'])
    expect(rights.filter(({ verb }) => verb === 'update').map(text)).toEqual(['update leases'])
  })
})

describe('the README', () => {
  const readme = read(`${CHART}/README.md`)

  test('says of each verb what it is for', () => {
    const [, table = ''] = /\| verb \| what for \|\n([\s\S]*?)\n\n/.exec(readme) ?? []
    const rows = [...table.matchAll(/^\| (`.*`) \| .{20,} \|$/gm)]
    const named = rows.flatMap(([, verbs = '']) => [...verbs.matchAll(/`(\w+)`/g)].map(([, verb]) => verb))
    const used = new Set(rightsOf(objectsOf('default')).map(({ verb }) => verb))
    expect(named.toSorted()).toEqual([...used].toSorted())
  })

  test('says of each rule why it is there', () => {
    const [, table = ''] = /<!-- rights -->\n[\s\S]*?---\|\n([\s\S]*?)\n<!-- end -->/.exec(readme) ?? []
    const rules = objectsOf('default').flatMap(({ rules: some = [] }) => some)
    const rows = table.split('\n').map((row) => row.split(' | '))
    expect(rows.map(([verbs = '']) => verbs.replace('| ', ''))).toEqual(
      rules.map(({ verbs }) => verbs.join(', ')),
    )
    for (const [, , , why = ''] of rows) expect(why.replace(' |', '').length).toBeGreaterThan(20)
  })
})
