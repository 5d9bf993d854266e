import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asApplied,
  patchedWith,
  podOf,
  reviewOf,
  sendReview,
  type Webhook,
} from '../../examples/api-server.ts'
import { EXPECTED, type Expectation, SOURCES } from '../../examples/expected.ts'
import { admit } from '../../src/admission/admit.ts'
import { validate } from '../../src/admission/validate.ts'
import { selfSigned } from '../../src/certificates/self-signed.ts'
import { endingOf } from '../../src/core/decision/aftermath.ts'
import { reasonText, reasonTo } from '../../src/core/model/exposure.ts'
import { knownFrom } from '../../src/inventory/from-manifests.ts'
import { toPod, toWorkload } from '../../src/kubernetes/workload.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { buildApp } from '../../src/server/app.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { settingsWith } from '../core/exposures.ts'
import { LABELLED, PUBLISHED } from './published.ts'

/** The terms that `examples/expected.ts` derives its figures from. */
const settings = settingsWith()

const published = process.env['SLACKWATER_MANIFESTS']
const EXAMPLES = path.resolve('examples')

/** Each file is planned alone, as its table derives it; the library's class stands in one of two files. */
const cases: readonly { readonly folder: string; readonly expected: Expectation }[] = [
  ...[...EXPECTED, ...SOURCES].map((expected) => ({ folder: EXAMPLES, expected })),
  ...(published === undefined ? [] : PUBLISHED.map((expected) => ({ folder: published, expected }))),
]

const read = (folder: string, file: string) =>
  readManifests([{ name: file, text: readFileSync(path.join(folder, file), 'utf8') }])

const plan = (folder: string, file: string) =>
  planManifests({ manifests: read(folder, file), settings, namespace: 'default' })

describe.for(cases)('$expected.file', ({ folder, expected }) => {
  const { objects, namespaces } = plan(folder, expected.file)
  const object = objects.find(({ decision }) => decision.subject.ref.name === expected.name)
  const findings = object?.findings ?? []

  test('is planned as derived', () => {
    const budget = object?.decision.budget
    expect({ verdict: object?.decision.verdict, sleep: budget?.sleep, grace: budget?.grace }).toEqual({
      verdict: expected.verdict,
      sleep: expected.sleep,
      grace: expected.grace,
    })
  })

  test('has the findings that are derived', () => {
    const ids = (fixed: boolean) =>
      findings.filter(({ holds }) => (holds === 'before') === fixed).map(({ id }) => id)
    expect(ids(true)).toEqual(expected.fixed)
    expect(ids(false)).toEqual(expected.staying)
  })

  test('has its namespace labelled', () => {
    const wanted = LABELLED[expected.file] ?? SOURCES.find(({ file }) => file === expected.file)?.namespace
    const labelled = namespaces.filter(({ action }) => action === 'add').map(({ name }) => name)
    expect(labelled).toEqual(
      wanted === undefined ? (expected.file === '6-reports.yaml' ? ['library'] : []) : [wanted],
    )
  })
})

test.for(SOURCES)('$file says by which chain, and labels for its controller', ({ file, chains, label }) => {
  const { objects, namespaces } = plan(EXAMPLES, file)
  const told = objects.flatMap(({ decision: { exposures, subject } }) =>
    exposures.flatMap(({ because }) => because.map((reason) => reasonText(reasonTo(subject.ref, reason)))),
  )
  expect(told).toEqual(chains)
  expect(namespaces.map((namespace) => namespace.label)).toEqual([label])
})

test('every example of a source has its expectation', () => {
  const files = readdirSync(path.join(EXAMPLES, 'sources')).sort()
  expect(files).toEqual(SOURCES.map(({ file }) => path.basename(file)))
})

describe('through the webhook, over TLS', () => {
  let webhook: Webhook
  let close: () => Promise<unknown>
  const objects = cases.flatMap(({ folder, expected }) => read(folder, expected.file).objects)
  const { inventory } = knownFrom({ objects, settings, namespace: 'default' })

  beforeAll(async () => {
    const certificate = await selfSigned(['127.0.0.1'])
    const app = buildApp({
      tls: certificate,
      decide: {
        mutate: (request) => admit(request, { inventory, settings }),
        validate: (request) => validate(request, { inventory, settings }),
      },
      metrics: createMetrics('test'),
      log: pino({ level: 'silent' }),
      isDraining: () => false,
    })
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    webhook = { host: '127.0.0.1', port: Number(new URL(address).port), ca: certificate.cert }
    close = () => app.close()
  })
  afterAll(() => close())

  test.for(cases)('$expected.file gets the same numbers', async ({ folder, expected }) => {
    const manifest = read(folder, expected.file).objects.find(
      ({ kind, name }) => kind === expected.kind && name === expected.name,
    )
    const workload = asApplied(manifest?.raw, 'default')
    const reply = await sendReview(reviewOf(workload), webhook)
    if (expected.into === 'template') {
      const { sigterm, sigkill } = endingOf(toWorkload(patchedWith(workload, reply.operations)).template)
      expect([sigterm, sigkill]).toEqual([expected.sleep, expected.grace])
      return
    }
    expect(reply.operations).toEqual([])
    const pod = podOf(workload)
    const answered = await sendReview(reviewOf(pod), webhook)
    const { sigterm, sigkill } = endingOf(toPod(patchedWith(pod, answered.operations)).template)
    if (expected.into === 'pods') expect([sigterm, sigkill]).toEqual([expected.sleep, expected.grace])
    else expect(answered.operations).toEqual([])
  })
})

describe('npm run demo', () => {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const ran = spawnSync(process.execPath, ['examples/demo.ts'], { env, encoding: 'utf8' })

  test('ends by itself, with every answer as derived', () => {
    expect(ran.stderr).toBe('')
    expect(ran.stdout).toContain('8 of 8 answers')
    expect(ran.status).toBe(0)
  })

  test('fits 80 columns, and carries no color into a file', () => {
    expect(ran.stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
    expect(ran.stdout).not.toContain('\u001b')
  })
})
