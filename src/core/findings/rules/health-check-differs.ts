import type { Exposure, HealthCheck } from '../../model/exposure.ts'
import type { Container, HttpEndpoint, PodTemplate } from '../../model/workload.ts'
import { healthCheckPaste } from '../attribute-paste.ts'
import { distinctRemarks, pasteOf, type Remark, type Rule } from '../rule.ts'

/**
 * The load balancer and the kubelet ask one container different things: a pod may be ready without ever being healthy.
 * With a readiness gate, a rollout then stands still. Said only where it is certain: ip targets, a check by HTTP that
 * wants 200, and a probe by HTTP of the very container that has the port of the check.
 */
export const healthCheckDiffers: Rule = {
  id: 'health-check-differs',
  check: ({ exposures, template }) =>
    distinctRemarks(exposures.slice(0, MOST_COMPARED).flatMap((exposure) => remarksOn(exposure, template))),
}

function remarksOn(exposure: Exposure, template: PodTemplate): readonly Remark[] {
  const written = certainCheck(exposure)
  const asked = written === undefined ? undefined : askedOf(exposure, written, template)
  if (asked === undefined || isSame(asked.check, asked.probe)) return []
  const { check, probe, container } = asked
  const balancer = exposure.loadBalancer.value.toUpperCase()
  const message = `the ${balancer} of ${exposure.service.name} checks ${check.path} on port ${check.port}, the readiness probe of ${container} ${probe.path} on ${probe.port}: let both check the same path and port`
  // Two paths of one port are often both right.
  const severity = check.port === probe.port ? 'information' : 'warning'
  return [
    {
      about: `${balancer} ${exposure.service.name} ${check.port}`,
      message,
      severity,
      brief: `the ${balancer} checks ${check.path} on ${check.port}, the probe ${probe.path} on ${probe.port}`,
      ...pasteOf(healthCheckPaste(exposure, probe)),
    },
  ]
}

/** As many as a person reads. A choice. */
const MOST_COMPARED = 20

/** A check that is known, by HTTP; an NLB's is by TCP unless written otherwise (LBC pkg/service). */
function certainCheck({ loadBalancer, targetType, evidence }: Exposure): HealthCheck | undefined {
  const [check, ...others] = evidence.healthChecks
  const isIp = targetType.value === 'ip' && targetType.origin.rank !== 'assumed'
  if (check === undefined || others.length > 0 || !isIp || loadBalancer.value === 'classic') return undefined
  const protocol = check.protocol ?? (loadBalancer.value === 'alb' ? 'HTTP' : 'TCP')
  const wantsOk = check.codes === undefined || check.codes === '200'
  return wantsOk && (protocol === 'HTTP' || protocol === 'HTTPS') ? check : undefined
}

interface KnownEndpoint extends HttpEndpoint {
  readonly port: number
}

interface Asked {
  readonly container: string
  readonly check: KnownEndpoint
  readonly probe: KnownEndpoint
}

/** What both ask, with ports by number; undefined where the check may be for another container than the probe. */
function askedOf(exposure: Exposure, check: HealthCheck, template: PodTemplate): Asked | undefined {
  const containers = [...template.containers, ...template.nativeSidecars]
  const port = checkedPort(exposure, check, containers)
  if (port === undefined) return undefined
  const container = ownerOf(port, containers)
  const probe = container?.readinessHttp
  if (container === undefined || probe === undefined) return undefined
  const probed = typeof probe.port === 'number' ? probe.port : numberOf(probe.port, [container])
  if (probed === undefined || ownerOf(probed, containers) !== container) return undefined
  return {
    container: container.name,
    check: { port, path: check.path ?? '/' },
    probe: { port: probed, path: probe.path },
  }
}

/** `traffic-port` is the target port of the Service's port; a name is that of a port of the Service. */
function checkedPort(
  { port }: Exposure,
  check: HealthCheck,
  containers: readonly Container[],
): number | undefined {
  const { port: written = 'traffic-port' } = check
  if (/^\d{1,5}$/.test(written)) return Number(written)
  if (port === undefined || (written !== 'traffic-port' && written !== port.name)) return undefined
  const target = port.targetPort ?? port.port
  return typeof target === 'number' ? target : numberOf(target, containers)
}

function numberOf(name: string, containers: readonly Container[]): number | undefined {
  for (const { ports = [] } of containers) {
    const found = ports.find((one) => one.name === name)
    if (found !== undefined) return found.port
  }
  return undefined
}

/** The container that names the port; where none does, the only one, since ports need not be named. */
function ownerOf(port: number, containers: readonly Container[]): Container | undefined {
  const [owner, ...others] = containers.filter(({ ports = [] }) => ports.some((one) => one.port === port))
  if (owner !== undefined) return others.length === 0 ? owner : undefined
  return containers.length === 1 ? containers[0] : undefined
}

const isSame = (one: HttpEndpoint, other: HttpEndpoint): boolean =>
  one.port === other.port && plainPath(one.path) === plainPath(other.path)

/** Without query and slashes around it: to nearly every server the same. */
const plainPath = (path: string): string => {
  const [plain = ''] = path.split('?', 1)
  return plain
    .split('/')
    .filter((part) => part !== '')
    .join('/')
}
