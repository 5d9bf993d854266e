import { isRecord } from '../core/model/json-value.ts'
import { slowAtOnce } from '../judgement/controller-slow.ts'
import { isGrave } from '../judgement/severity.ts'
import { STATES, type State } from '../judgement/states.ts'
import type { Report, Totals } from '../report/schema.ts'
import { acceptedSummary } from './accepted.ts'
import { counted, digits, few } from './counted.ts'
import { titleText } from './findings.ts'
import { MARK } from './notices.ts'
import { provenanceText } from './origin.ts'
import type { Paper } from './paint.ts'
import { podLines } from './pod-words.ts'
import { concernLines } from './report-concerns.ts'
import { drawDepartures } from './report-departures.ts'
import { drawTriedTotals } from './tried.ts'
import { wrap } from './wrap.ts'

const NUMBER = 7
const EXAMPLES = 2
/** Number of findings on the first screen. A choice. */
const FINDINGS_SHOWN = 8

/** The states as shown to users. */
export const STATE_TEXT: Readonly<Record<State, string>> = {
  protected: 'protected',
  'would-change': 'would change',
  'in-pods': 'in their Pods',
  short: 'too short',
  withheld: 'withheld',
  'left-alone': 'left alone',
}

/** The first screen: the origin of the report, what needs attention, and the totals. */
export function drawOverview(report: Report, paper: Paper): readonly string[] {
  const { totals } = report
  return [
    ...heading(report, paper),
    ...spaced(drawConcerns(report, paper)),
    '',
    ...drawStates(report, paper),
    ...spaced(drawTriedTotals(report, paper)),
    ...spaced(drawPods(totals, paper)),
    ...spaced(drawDepartures(report, paper)),
    ...spaced(drawRefusals(totals, paper)),
    ...spaced(drawFindings(totals, paper)),
    ...spaced(acceptedSummary(report.workloads, paper)),
  ]
}

const spaced = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines])

function heading(report: Report, { width, paint }: Paper): readonly string[] {
  const { slackwater, namespace, audited } = report
  const lbc = lbcTexts(report).join('; ')
  const where = namespace === undefined ? 'all namespaces' : `namespace ${namespace}`
  const whose = audited === undefined ? `mode ${slackwater.mode}` : `audit of context ${audited.context}`
  const settings = slackwater.settings
    .filter(({ name }) => name !== 'mode' && name !== CONDITIONS)
    .map(({ name, value }) => `${name} ${JSON.stringify(value)}`)
  return [
    ...wrap(`Slackwater ${slackwater.version}, ${whose}, ${where}`, {
      width,
      lead: '',
    }).map(paint.bold),
    ...wrap(originText(report), { width, lead: '  ' }).map(paint.dim),
    ...(lbc === '' ? [] : wrap(lbc, { width, lead: '  ' }).map(paint.dim)),
    ...(settings.length === 0
      ? []
      : wrap(settings.join(', '), { width, lead: '  settings: ' }).map(paint.dim)),
    ...conditionsText(report).flatMap((text) => wrap(text, { width, lead: '  ' })),
  ]
}

/** The setting whose value only the API server can evaluate. */
const CONDITIONS = 'webhook.matchConditions'

function conditionsText({ slackwater: { settings } }: Report): readonly string[] {
  const value = settings.find(({ name }) => name === CONDITIONS)?.value
  const conditions: readonly unknown[] = Array.isArray(value) ? value : []
  if (conditions.length === 0) return []
  const names = conditions.flatMap((one) => (isRecord(one) ? [String(one['name'])] : []))
  return [
    `${counted(conditions.length, 'condition')} of your own in ${CONDITIONS} (${few(names, EXAMPLES)}) may leave out more: Slackwater does not evaluate CEL, and shows what they leave out as if its requests were sent`,
  ]
}

const said = (value: unknown): string =>
  typeof value === 'string' && value !== '' ? value : JSON.stringify(value)

function originText({ created, manifests, cluster, audited }: Report): string {
  if (audited !== undefined)
    return `created ${created}; read once from ${audited.server} with your rights, nothing was changed`
  if (manifests !== undefined)
    return `created ${created} from manifests (${few(manifests, EXAMPLES)}): running Pods are unknown, so none are counted`
  const oldest = Math.round(Math.max(0, ...cluster.watches.map(({ seconds }) => seconds)))
  return `created ${created}; the copy of the cluster is at most ${oldest} s old`
}

/** The current leader, and what is known of the load balancer controller; with manifests only what they contain. */
function lbcTexts(report: Report): readonly string[] {
  const { cluster, manifests, audited, missing } = report
  const { leader, loadBalancerController: seen } = cluster
  const led = leader === undefined ? 'no leader is known' : `leader ${leader}`
  const leaders = manifests === undefined && audited === undefined ? [led] : []
  if (seen === undefined) return leaders
  const { deployment, gateWebhooks, settings } = seen
  const isUnknown = missing.some(({ part }) => part === 'deployments.apps')
  const replicas =
    deployment === undefined
      ? `load balancer controller ${isUnknown ? 'unknown' : 'not found'}`
      : `${deployment.name}: ${deployment.ready} of ${deployment.desired} replicas ready`
  const policies = gateWebhooks.map(
    ({ configuration, failurePolicy }) => `gate webhook ${configuration}, failurePolicy ${failurePolicy}`,
  )
  const stated = settings.flatMap(({ name, value, source }) =>
    source.kind === 'default' ? [] : [`${name} ${said(value)} (${provenanceText(source)})`],
  )
  const remark = deployment?.remark === undefined ? [] : [deployment.remark]
  const load = loadText(report)
  return [
    ...leaders,
    ...(manifests === undefined ? [replicas, ...remark, ...load] : []),
    ...policies,
    ...stated,
  ]
}

/** What needs attention is a concern; what only all target groups at once would need is a remark. */
function loadText({ cluster, concerns = [] }: Report): readonly string[] {
  const { deregistrations } = cluster.loadBalancerController ?? {}
  if (deregistrations === undefined || concerns.some(({ id }) => id === 'controller-slow')) return []
  const text = slowAtOnce(deregistrations)
  return text === undefined ? [] : [text]
}

function drawConcerns(report: Report, { width, paint }: Paper): readonly string[] {
  const concerns = concernLines(report)
  if (concerns.length === 0) return []
  return [
    paint.bold('Needs attention'),
    ...concerns.flatMap(({ text, examples }) => [
      ...wrap(text, { width, lead: `  ${MARK.warning} ` }).map(paint.yellow),
      ...(examples.length === 0
        ? []
        : wrap(few(examples, EXAMPLES), { width, lead: '      ' }).map(paint.dim)),
    ]),
  ]
}

const line = (count: number, text: string, { width }: Paper): readonly string[] =>
  wrap(text, { width, lead: `${digits(count).padStart(NUMBER)}  ` })

const STATE_COLUMN = Math.max(...Object.values(STATE_TEXT).map(({ length }) => length)) + 2

function drawStates({ totals, audited, cluster }: Report, paper: Paper): readonly string[] {
  const { exposed, workloads, namespaces, states } = totals
  const isPartial = audited !== undefined && cluster.doubt !== undefined
  const [least, rest] = isPartial ? ['At least ', '; of the others it is unknown'] : ['', '']
  const { width, paint } = paper
  const shown = (Object.keys(STATES) as State[]).filter((state) => states[state] > 0)
  return [
    ...wrap(
      `${least}${digits(exposed)} of ${counted(workloads, 'workload')} in ${counted(namespaces, 'namespace')} ${exposed === 1 ? 'is' : 'are'} behind a load balancer${rest}`,
      { width, lead: '' },
    ).map(paint.bold),
    ...shown.flatMap((state) => {
      const lead = `${digits(states[state]).padStart(NUMBER)}  ${STATE_TEXT[state].padEnd(STATE_COLUMN)}`
      return wrap(STATES[state], { width, lead })
    }),
  ]
}

function drawPods({ pods }: Totals, paper: Paper): readonly string[] {
  if (pods.running === 0) return []
  const lines = podLines(pods)
  const head = `${counted(pods.running, 'Pod')} ${pods.running === 1 ? 'runs' : 'run'} behind load balancers`
  return [
    paper.paint.bold(lines.length === 0 ? `${head}, none without hook or gate` : head),
    ...lines.flatMap(([count, words]) =>
      wrap(words, { width: paper.width, lead: `${count.padStart(NUMBER)}  ` }),
    ),
  ]
}

function drawRefusals({ refusals }: Totals, paper: Paper): readonly string[] {
  const { certain, ifChanged } = refusals
  if (certain + ifChanged === 0) return []
  return [
    paper.paint.bold('While Slackwater is unavailable, the API server would reject'),
    ...(certain === 0
      ? []
      : line(certain, 'workloads at their next apply, with their current manifests', paper)),
    ...(ifChanged === 0
      ? []
      : line(ifChanged, 'workloads only if a request adds a preStop or sets a shorter grace period', paper)),
  ]
}

function drawFindings({ findings }: Totals, { width, paint }: Paper): readonly string[] {
  const open = findings.filter(({ workloads, accepted = 0 }) => workloads > accepted)
  const shown = open.filter(isGrave).slice(0, FINDINGS_SHOWN)
  const hidden = open.length - shown.length
  if (shown.length === 0) return []
  return [
    paint.bold('Findings, with number of workloads'),
    ...shown.flatMap(({ id, workloads: all, ended, accepted = 0 }) => {
      const workloads = all - accepted
      const end =
        ended === 0
          ? ''
          : ended === workloads
            ? '; the change fixes it'
            : `; the change fixes ${digits(ended)}`
      const text = `${id}: ${titleText(id)}${end}`
      return wrap(text, { width, lead: `${digits(workloads).padStart(NUMBER)}  ` })
    }),
    ...(hidden === 0
      ? []
      : [paint.dim(`${' '.repeat(NUMBER)}  and ${counted(hidden, 'other finding')} (-o json has them all)`)]),
  ]
}
