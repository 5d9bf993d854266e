import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { validate } from '../../src/admission/validate.ts'
import { auditCluster } from '../../src/audit/audit-cluster.ts'
import { FINDINGS, type FindingId } from '../../src/core/findings/catalogue.ts'
import type { Finding } from '../../src/core/findings/finding.ts'
import type { ObjectRef } from '../../src/core/model/object-ref.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import type { Report, WorkloadEntry } from '../../src/report/schema.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { requestFor } from '../admission/world.ts'
import { inProcess } from '../cli/run.ts'
import type { FindingFixture } from '../fixtures/finding-fixtures.ts'
import { CLASS, inventoryOf, serving } from '../report/cluster-of-manifests.ts'
import type { StoredObject } from './stored.ts'

/** The ways in which Slackwater says a finding, each asked about the same objects, in process. */

type Sources = FindingFixture['sources']

/** A finding as a reader gets it, and when it holds. */
export type Said = Pick<
  Finding,
  'id' | 'severity' | 'holds' | 'about' | 'message' | 'brief' | 'action' | 'paste'
> & { readonly accepted: boolean }

/** By `Deployment shop/web`. */
export type ByObject = ReadonlyMap<string, readonly Said[]>

type Told = Pick<WorkloadEntry['findings'][number], keyof Finding>

const saidOf = ({ id, severity, holds, about, message, brief, action, paste, accepted }: Told): Said => ({
  ...{
    id,
    severity,
    holds,
    message,
    brief: brief ?? '',
    action: action ?? '',
    accepted: accepted !== undefined,
  },
  ...(about === undefined ? {} : { about }),
  ...(paste === undefined ? {} : { paste }),
})

export const nameOf = ({ kind, namespace, name }: ObjectRef): string => `${kind} ${namespace}/${name}`

const byObject = (entries: Iterable<ObjectRef & { readonly findings: readonly Told[] }>): ByObject =>
  new Map([...entries].map((entry) => [nameOf(entry), entry.findings.map(saidOf)]))

/** @throws where something could not be read. */
export function plannedIn(manifests: Sources): ByObject {
  const plan = planManifests({
    manifests: readManifests(manifests),
    settings: DEFAULT_SETTINGS,
    namespace: 'default',
  })
  if (plan.problems.length > 0) throw new Error(plan.problems.map(({ message }) => message).join('; '))
  return byObject(plan.objects.map(({ decision, findings }) => ({ ...decision.subject.ref, findings })))
}

/** `slackwater explain KIND/NAME -f FOLDER -o json`, of each of these; files are named from the folder. */
export async function explainedIn(manifests: Sources, objects: readonly string[]): Promise<ByObject> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-test-'))
  for (const { name, text } of manifests) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  const explained = new Map<string, readonly Said[]>()
  for (const object of objects) {
    const [kind = '', namespace, name] = object.split(/[ /]/)
    const { out, err } = await inProcess(['explain', `${kind}/${name}`, '-f', folder, '-o', 'json'])
    if (out === '') throw new Error(err)
    const { workloads } = JSON.parse(out.replaceAll(`${folder}/`, '')) as {
      readonly workloads: readonly WorkloadEntry[]
    }
    const own = workloads.filter((entry) => entry.namespace === namespace)
    explained.set(
      object,
      own.flatMap(({ findings }) => findings.map(saidOf)),
    )
  }
  rmSync(folder, { recursive: true })
  return explained
}

/** An audit of everything, or as `slackwater explain` does it: of one workload in its namespace. */
export function audited(objects: readonly StoredObject[], only?: ObjectRef): Promise<Report> {
  return auditCluster({
    api: serving([CLASS, ...objects]),
    audited: { context: 'here', server: 'https://127.0.0.1' },
    settings: DEFAULT_SETTINGS,
    differing: [],
    version: '1.2.3',
    ...(only === undefined ? {} : { only, namespace: only.namespace }),
    isTrying: false,
    signal: new AbortController().signal,
    onStep: () => undefined,
    now: () => new Date('2026-03-02T10:00:00Z'),
  })
}

/** @throws where something could not be read. */
export function toldBy({ workloads, unreadable, missing }: Report): ByObject {
  if (unreadable.length + missing.length > 0) throw new Error(JSON.stringify([unreadable, missing]))
  return byObject(workloads)
}

/**
 * The lines of the validating webhook about an object as it is about to be stored, one id at a time: it says five and
 * counts the rest.
 */
export function warnedOf(object: StoredObject, around: readonly StoredObject[]): readonly string[] {
  const inventory = inventoryOf(around)
  const { name, namespace = 'default' } = object.metadata
  const request = requestFor(object as object as Readonly<Record<string, unknown>>, { name, namespace })
  const answer = (findings: Settings['findings']) =>
    validate(request, { inventory, settings: { ...DEFAULT_SETTINGS, mode: 'dry-run', findings } })
  const ids = Object.keys(FINDINGS) as FindingId[]
  const levels = (wanted: readonly FindingId[]): Settings['findings'] =>
    Object.fromEntries(ids.map((id) => [id, wanted.includes(id) ? 'warn' : 'off']))
  const all = answer(levels(ids))
  if (!['warned', 'nothing-found'].includes(all.outcome))
    throw new Error(`${all.outcome}: ${JSON.stringify(all.log)}`)
  const found = ids.filter((id) => (all.log['findings'] as readonly string[] | undefined)?.includes(id))
  return found.flatMap((id) => answer(levels([id])).warnings)
}
