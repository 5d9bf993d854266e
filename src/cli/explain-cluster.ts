import packageJson from '../../package.json' with { type: 'json' }
import { auditCluster } from '../audit/audit-cluster.ts'
import { namesakes } from '../audit/namesakes.ts'
import { unreachable } from '../audit/reach.ts'
import { toldRollouts } from '../audit/told-rollouts.ts'
import { type ApiServer, apiServerOf } from '../cluster/api-server.ts'
import { loadKubeConfig } from '../cluster/kube-config.ts'
import { type ListedResource, REPORTED, resourceName } from '../cluster/resources.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { printable } from '../core/model/printable.ts'
import type { Settings } from '../core/model/settings.ts'
import { messageOf } from '../core/model/thrown.ts'
import { notFoundText } from '../explain/not-found.ts'
import type { AskedWorkload } from '../explain/target.ts'
import { complain, type Terminal } from '../render/terminal.ts'
import { differingSettings } from '../report/settings.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'
import type { Explained, ExplainOptions } from './explained.ts'
import { loadSettings } from './settings-file.ts'

type Outcome = Explained | { readonly refused: readonly string[] }

/** The kinds that a cluster is asked for: of a Pod there is its workload. */
const isLive = ({ kind }: AskedWorkload): boolean =>
  kind !== 'Pod' && REPORTED.some(({ resource }) => resource.kind === kind)

/** One workload of a cluster, judged as an audit of its namespace would, by the same function. */
export async function explainCluster(
  target: AskedWorkload,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<Outcome> {
  if (!isLive(target)) return { refused: [notLiveText(target)] }
  const loadedSettings = await loadSettings(options.settings)
  if (!loadedSettings.ok) return { refused: loadedSettings.problems }
  const loaded = loadKubeConfig(
    options,
    'give --kubeconfig, set KUBECONFIG, or give manifests with --filename',
  )
  if (!loaded.ok) return { refused: [loaded.problem] }
  const { config, server } = loaded
  const context = config.getCurrentContext()
  const namespace = options.namespace ?? config.getContextObject(context)?.namespace ?? 'default'
  const api = apiServerOf(config, terminal.proxy)
  const reading = { api, audited: { context, server }, settings: loadedSettings.settings, namespace }
  try {
    return await explainIn(target, reading, terminal)
  } catch (error) {
    return { refused: [`${server}: ${messageOf(error)}`] }
  } finally {
    terminal.status?.('')
  }
}

const notLiveText = ({ kind }: AskedWorkload): string =>
  kind === 'Pod'
    ? 'a Pod is explained with its workload: name the Deployment, StatefulSet or other workload that it belongs to'
    : `a ${kind} is not read from a cluster: give its manifest with -f`

interface Reading {
  readonly api: ApiServer
  readonly audited: { readonly context: string; readonly server: string }
  readonly settings: Settings
  readonly namespace: string
}

/** @throws what the connection throws. */
async function explainIn(target: AskedWorkload, reading: Reading, terminal: Terminal): Promise<Outcome> {
  const { api, settings, namespace, audited } = reading
  const { signal } = new AbortController()
  const problem = await unreachable(api, signal)
  if (problem !== undefined) return { refused: [`${audited.server}: ${problem}`] }
  const ref = { ...target, namespace }
  const report = await auditCluster({
    ...{ api, audited, settings, namespace, signal, only: ref, isTrying: false },
    version: packageJson.version,
    differing: differingSettings(settings, DEFAULT_SETTINGS),
    onStep: (words) => terminal.status?.(printable(words)),
    now: () => new Date(),
  })
  const { workloads, missing, unreadable } = report
  const own = unreadable.filter(({ object }) => object === refText(ref))
  const problems = own.map(({ object, problem: why }) => `${object}: ${why}`)
  const parts = REPORTED.filter(({ resource }) => resource.kind === ref.kind).map(partOf)
  const isUnlisted = missing.some(({ part }) => parts.includes(part))
  if (workloads.length === 0 && own.length === 0)
    problems.push(isUnlisted ? unlistedText(ref) : await absentText(ref, reading, signal))
  const [only] = workloads
  if (only === undefined) return { workloads, missing, problems, isLive: true }
  const { rollouts, problem: unlisted } = await toldRollouts(ref, api, signal)
  if (unlisted !== undefined)
    complain(
      `Events of namespace ${namespace} could not be listed, so its last rollout is unknown: ${unlisted}`,
      terminal,
      'warning',
    )
  const told = rollouts.length === 0 ? only : { ...only, rollouts: [...rollouts] }
  return { workloads: [told], missing, problems, isLive: true }
}

const partOf = ({ resource }: ListedResource): string => resourceName(resource)

const unlistedText = ({ kind, name, namespace }: ObjectRef): string =>
  `whether there is a ${kind} ${name} in namespace ${namespace} is unknown: they could not be listed`

async function absentText(
  ref: AskedWorkload & { readonly namespace: string },
  { api }: Reading,
  signal: AbortSignal,
): Promise<string> {
  const { known, owner } = await namesakes(ref, api, signal)
  if (owner === undefined) return notFoundText({ target: ref, namespace: ref.namespace, known, where: '' })
  return `${refText(ref)} belongs to ${owner.kind} ${owner.name}, which is changed in its place: slackwater explain ${owner.kind.toLowerCase()}/${owner.name} -n ${ref.namespace}`
}
