import { endsServerBy, knownLength } from '../injection/hooks.ts'
import { ownedWorkIn } from '../injection/owned-work.ts'
import type { Exposure } from '../model/exposure.ts'
import type { ScaledWorkload } from '../model/replicas.ts'
import type { PodTemplate } from '../model/workload.ts'
import type { FindingId } from './catalogue.ts'
import type { Finding } from './finding.ts'

/** What a finding rests on, as it is about to be stored. */
export interface Grounds {
  readonly template: PodTemplate
  readonly exposures: readonly Exposure[]
  readonly workload?: ScaledWorkload
}

interface Certainty {
  /** Why its answer is certain, a clause. */
  readonly why: string
  /** Whether it is in this case; absent: always. */
  readonly isCertain?: (grounds: Grounds, finding: Finding) => boolean
}

/**
 * The findings that may refuse an apply: what they say is written in the objects themselves. The others rest on something
 * that is assumed, measured elsewhere, or may change before the Pods end: a propagation time, the default of another
 * program, an autoscaler that nobody sees, a label or an object that is applied later.
 */
export const DENIABLE: Readonly<Partial<Record<FindingId, Certainty>>> = {
  'grace-too-short': {
    why: 'a hook’s own length or a stated shutdown time does not fit into the grace period; only of hooks whose length is known, none of them Slackwater’s',
    isCertain: ({ template }) => !hasOpenHook(template) && ownedWorkIn(template).sleeps.size === 0,
  },
  'legacy-readiness-gate': {
    why: 'the gate’s name is that of controller 1.x, and no other program sets it',
  },
  'prestop-ends-server': {
    why: 'the hook’s command is the server’s own one to stop, and nothing comes before it; not a signal or a supervisor, which may be for another process',
    isCertain: ({ template }, { about }) => isStopped(template, about),
  },
  'publish-not-ready-addresses': {
    why: 'the field is set in the Service that sends to these Pods, and nobody assumes its target type',
    isCertain: ({ exposures }) =>
      exposures.some(
        ({ publishNotReadyAddresses, targetType: { value, origin } }) =>
          publishNotReadyAddresses && value === 'ip' && origin.rank !== 'assumed',
      ),
  },
  'readiness-probe-missing': {
    why: 'the containers are in the template, and none of them has a probe for its readiness or its start',
    isCertain: ({ template }) => !isProbed(template),
  },
  'rollout-loses-capacity': {
    why: 'maxUnavailable and the lowest number of replicas are written down; a single replica counts only if an autoscaler states it, since 1 may be the API server’s default',
    isCertain: ({ workload }) => isCountStated(workload),
  },
}

/** With a hook of unknown length it is estimated until when requests arrive. */
const hasOpenHook = ({ containers }: PodTemplate): boolean =>
  containers.some(
    ({ preStop }) =>
      preStop !== undefined && knownLength(preStop) === undefined && endsServerBy(preStop) === undefined,
  )

/** Programs that stop themselves and nothing else. What a signal or a supervisor ends may be a worker beside the server. */
const SERVERS: readonly string[] = [
  ...['nginx', 'nginx-debug', 'openresty', 'angie', 'kong'],
  ...['apachectl', 'apache2ctl', 'httpd', 'apache2', 'catalina.sh', 'caddy'],
]

const isStopped = ({ containers }: PodTemplate, container: string | undefined): boolean =>
  containers.some(
    ({ name, preStop }) =>
      name === container && preStop !== undefined && SERVERS.includes(endsServerBy(preStop) ?? ''),
  )

/** A Pod is not ready before its containers have started, nor before its sidecars are (kubelet, prober and status). */
const isProbed = ({ containers, nativeSidecars }: PodTemplate): boolean =>
  containers.some(({ probes }) => probes.startupProbe !== undefined) ||
  nativeSidecars.some(
    ({ hasReadinessProbe, probes }) => hasReadinessProbe || probes.startupProbe !== undefined,
  )

/** Charts with an autoscaler leave replicas out, and it is created after the workload. A share of 100 % is all of any number. */
function isCountStated(workload: ScaledWorkload | undefined): boolean {
  if (workload?.replacement.kind !== 'rolling') return false
  const { autoscaled, replicas, replacement } = workload
  return 'percent' in replacement.maxUnavailable || autoscaled !== undefined || replicas !== 1
}

/**
 * Whether this very finding is certain enough to refuse an apply; information never is. Nor is what Slackwater's change
 * would end: that the change is missing is not the fault of whoever applies the object.
 */
export const isDeniable = (finding: Finding, grounds: Grounds): boolean => {
  const certainty = DENIABLE[finding.id]
  if (certainty === undefined || finding.severity === 'information' || finding.holds === 'before')
    return false
  return certainty.isCertain?.(grounds, finding) ?? true
}
