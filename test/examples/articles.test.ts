import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { seconds } from '../../src/core/model/seconds.ts'
import { readManifests } from '../../src/manifests/read.ts'
import type { PlannedObject } from '../../src/plan/plan.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { type Advice, ARTICLE_ROWS, type ArticleRow } from './articles.ts'

/**
 * The list in `articles.ts` against what a plan says, for our example that shows the same, and for the manifest as
 * published where SLACKWATER_MANIFESTS names a folder with it. The rows rest on the defaults, since what is a default and
 * what somebody stated decides over severities; test/core/default-terms.test.ts holds their figures.
 */

const published = process.env['SLACKWATER_MANIFESTS']

interface Template {
  readonly metadata: { annotations?: Record<string, string> }
  readonly spec: {
    terminationGracePeriodSeconds?: number
    readinessGates?: readonly object[]
    readonly containers: readonly { lifecycle?: object }[]
  }
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; labels?: Record<string, string> }
  readonly spec?: { readonly template: Template }
}

function follow(advice: Advice, template: Template): void {
  const { hook, graceful, legacyGate } = advice
  if (hook !== undefined) {
    const [sleep, grace] = hook
    template.spec.terminationGracePeriodSeconds = grace
    for (const container of template.spec.containers)
      container.lifecycle = { preStop: { exec: { command: ['/bin/sh', '-c', `sleep ${sleep}`] } } }
  }
  if (graceful === true) template.metadata.annotations = { 'slackwater.dev/shutdown': 'graceful' }
  if (legacyGate !== undefined) template.spec.readinessGates = [{ conditionType: legacyGate }]
}

/** The manifests of a file, with the advice followed. */
function advised(text: string, advice: Advice): string {
  const manifests = parseAllDocuments(text).map((document): Manifest => document.toJS())
  const workload = manifests.find(({ kind }) => kind === 'Deployment')
  if (workload?.spec === undefined) throw new Error('no Deployment')
  follow(advice, workload.spec.template)
  const labelled = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: workload.metadata.namespace ?? 'default',
      labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' },
    },
  }
  const others = manifests.filter(
    ({ kind, metadata }) => kind !== 'Namespace' || metadata.name !== labelled.metadata.name,
  )
  return (advice.label === true ? [labelled, ...others] : manifests)
    .map((one) => stringify(one))
    .join('---\n')
}

const settingsOf = ({ P, R, J }: NonNullable<ArticleRow['terms']>) => ({
  ...DEFAULT_SETTINGS,
  terms: {
    ...(P !== undefined && { propagationSeconds: { alb: seconds(P) } }),
    ...(R !== undefined && { requestSeconds: seconds(R) }),
    ...(J !== undefined && { marginSeconds: seconds(J) }),
  },
})

function planned(file: string, { advice = {}, terms = {} }: ArticleRow): PlannedObject | undefined {
  const text = advised(readFileSync(file, 'utf8'), advice)
  const manifests = readManifests([{ name: path.basename(file), text }])
  return planManifests({ manifests, settings: settingsOf(terms), namespace: 'default' }).objects[0]
}

const FOLDERS = ['examples', ...(published === undefined ? [] : [published])]

describe.for(
  ARTICLE_ROWS.flatMap((row) =>
    FOLDERS.map((folder, at) => ({ row, file: path.join(folder, row.files[at] ?? '') })),
  ),
)('$row.article: $file', ({ row, file }) => {
  const object = planned(file, row)

  test('has exactly the findings of the list', () => {
    const found = object?.findings.map(({ id, severity, holds }) => [id, severity, holds])
    expect(found?.toSorted()).toEqual(row.findings.toSorted())
  })

  test('needs the sleep and the grace period that are derived', () => {
    const budget = object?.decision.budget
    expect([budget?.sleep, budget?.grace]).toEqual([row.sleep, row.grace])
  })
})
