import type { Aws } from '../aws/connection.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { patient } from '../cluster/patient.ts'
import { inSlices } from '../cluster/slices.ts'
import { objectRef } from '../core/discovery/objects/discovery-object.ts'
import { liveGates } from '../core/gates/live-gates.ts'
import { createInventory, type Inventory } from '../core/inventory/create-inventory.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Witness } from '../core/model/observed.ts'
import type { Settings } from '../core/model/settings.ts'
import { given } from '../kubernetes/json.ts'
import { OBSERVED_CONFIG_MAP } from '../kubernetes/observed-document.ts'
import { buildReport } from '../report/build-report.ts'
import { lbcEntry } from '../report/lbc-entry.ts'
import type { Report } from '../report/schema.ts'
import { askAws } from './ask-aws.ts'
import { type Filled, fillInventory } from './fill-inventory.ts'
import { tryPatches } from './try-patches.ts'
import { decidesOnLoadBalancers, unknownWithout } from './unknown-without.ts'

/** For the workloads and the Pods together. Milliseconds. A choice: whoever waits can also interrupt. */
const LONGEST = 600_000

export interface Audit {
  readonly api: ApiServer
  readonly audited: NonNullable<Report['audited']>
  readonly settings: Settings
  /** Settings that differ from their defaults. */
  readonly differing: Report['slackwater']['settings']
  readonly version: string
  /** The only one to judge; absent: all. */
  readonly namespace?: string | undefined
  /** The only workload to judge, of that namespace. */
  readonly only?: ObjectRef
  /** If the cluster has no such namespace: an error, and not a report about nothing. */
  readonly isNamespaceRequired?: boolean
  /** Whose answers count more than what is declared; absent: AWS is not asked. */
  readonly aws?: Aws
  /** Sends each patch as a server-side dry run. */
  readonly isTrying: boolean
  readonly signal: AbortSignal
  /** What is being done, a few words. */
  readonly onStep: (words: string) => void
  readonly now: () => Date
}

/**
 * Reads a cluster once, from outside and with the caller's rights, and judges it as a Slackwater in it would. It needs
 * no right but `get` and `list`; what may not be listed is named, and the rest goes on.
 * @throws the signal's reason if it is aborted; an error if a required namespace is not there.
 */
export async function auditCluster(audit: Audit): Promise<Report> {
  const { settings, signal, namespace, onStep, isTrying } = audit
  const api = patient(audit.api)
  const onList = (part: string): void => onStep(`reading ${part}`)
  const inventory = createInventory({ ...settings, fromFiles: false })
  const { ownNamespace } = settings
  const filled = await fillInventory({
    ...{ api, inventory, namespace, ownNamespace, signal, onList },
    date: audit.now,
  })
  const areListed = filled.missing.every(({ part }) => part !== 'namespaces')
  if (audit.isNamespaceRequired && areListed && inventory.namespace(namespace ?? '') === undefined)
    throw new Error(`there is no namespace ${namespace}`)
  const unanswered = audit.aws === undefined ? [] : await witnessed(inventory, audit.aws, audit)
  const view = viewOf(inventory, filled)
  const gates = liveGates(inventory, settings)
  const report = await buildReport(
    {
      source: { api, longest: LONGEST, onList, absent: filled.absent },
      knowledge: { inventory: view, settings },
      version: audit.version,
      settings: audit.differing,
      audited: audit.audited,
      ...given('only', audit.only),
      missing: [...filled.missing, ...unanswered],
      unreadable: [...filled.unreadable],
      unknownWithout,
      gates: async () => gates.decisions(await inSlices(inventory.exposedNamespacesInSteps())),
      passedOver: () => inSlices(inventory.passedOver()),
      loadBalancerController: () => lbcEntry(inventory.lbc()),
      ages: () => [],
      now: audit.now,
    },
    namespace,
    signal,
  )
  return isTrying ? await tryPatches(report, { api, signal, onStep }) : report
}

/** Adds AWS's answers to the inventory. @returns what has none. */
async function witnessed(inventory: Inventory, aws: Aws, audit: Audit): Promise<Report['missing']> {
  const { witness, missing } = await askAws(inventory.objects, { ...audit, aws })
  if (witness !== undefined) putWitness(inventory, witness, audit.settings.ownNamespace)
  return missing
}

/** What could be read, and whether that is all that decides which load balancers there are. */
export function viewOf(inventory: Inventory, { missing }: Filled): InventoryView {
  const parts = missing.map(({ part }) => part).filter(decidesOnLoadBalancers)
  const doubt = parts.length === 0 ? undefined : `${parts.join(', ')} could not be listed completely`
  return {
    exposuresOf: (selection) => inventory.exposuresOf(selection),
    noticesAbout: (selection) => inventory.noticesAbout(selection),
    namespace: (name) => inventory.namespace(name),
    workload: (ref) => inventory.workload(ref),
    autoscaled: (workload) => inventory.autoscaled(workload),
    gatedPeers: (namespace, controller) => inventory.gatedPeers(namespace, controller),
    lbc: () => inventory.lbc(),
    objects: inventory.objects,
    ...given('doubt', doubt === undefined ? undefined : () => doubt),
  }
}

/** In place of what the cluster has stored of AWS; measurements stay. Answers of this moment are not too old. */
function putWitness(inventory: Inventory, witness: Witness, ownNamespace: string): void {
  const ref = objectRef('ConfigMap', ownNamespace, OBSERVED_CONFIG_MAP)
  const stored = inventory.objects.find('Observed', ref)
  inventory.put({ problems: [], ...stored, kind: 'Observed', ref, witness })
}
