import type { PlayedPod, PlayOptions, Truth } from './plane/played.ts'

/** Where the files of a play are, relative to where the reader stands. */
export interface Written {
  readonly folder: string
  /** How many access logs. */
  readonly files: number
}

/** `60,816`. */
const count = (number: number): string => number.toLocaleString('en-US')

/** J of the budget, its default. Seconds. */
const MARGIN = 5

/** What was played, as lines of at most 80 columns. */
export function storyOf(truth: Truth, written: Written): readonly string[] {
  return [
    ...settingOf(truth.options),
    '',
    ...courseOf(truth),
    '',
    ...lossesOf(truth),
    '',
    ...filesOf(written, rolloutsOf(truth)),
  ]
}

function settingOf(options: PlayOptions): readonly string[] {
  const { controller, gate, nodes, propagation, replicas, requestsPerSecond, sleep, atSigterm } = options
  const after = atSigterm === 'dies' ? 'it cuts what is open' : 'it answers what is open'
  return [
    `An ALB with ${nodes} nodes, ${replicas} Pods, ${requestsPerSecond} requests a second`,
    row('P', propagation, 'until the last node stops, after DeregisterTargets'),
    row('C', controller, 'at most, from the deletion of a Pod until that call returned'),
    row('S', sleep, `the application sleeps; at SIGTERM ${after}`),
    `  ${gate ? 'with' : 'without'} readiness gates`,
  ]
}

const row = (name: string, value: number, meaning: string): string =>
  `  ${name}  ${String(value).padStart(4)} s  ${meaning}`

const rolloutsOf = ({ options }: Truth): number => Math.ceil(options.departures / options.replicas)

function courseOf(truth: Truth): readonly string[] {
  const { pods, requests, lost, applicationErrors } = truth
  const left = pods.filter(({ leaving }) => leaving !== undefined)
  const rollouts = rolloutsOf(truth)
  const share = requests === 0 ? 100 : (100 * (requests - lost.length)) / requests
  return [
    `Played: ${count(requests)} requests while ${left.length} Pods left in ${rollouts} ${rollouts === 1 ? 'rollout' : 'rollouts'}`,
    `  ${lost.length === 0 ? '100' : floored(share)} % answered; ${count(lost.length)} lost, and ${count(applicationErrors)} errors of the application’s own`,
  ]
}

/** Rounded down, so that 100 means all. */
const floored = (percent: number): string => (Math.floor(percent * 100) / 100).toFixed(2)

function lossesOf(truth: Truth): readonly string[] {
  const causes = (['reset', 'connect', 'nobody'] as const).flatMap((cause) => {
    const lost = truth.lost.filter((loss) => loss.cause === cause).length
    return lost === 0 ? [] : [`  ${count(lost).padStart(6)}  ${CAUSES[cause]}`]
  })
  const worst = worstOf(truth)
  if (worst === undefined) return causes
  if (worst.afterDeletion <= 0) return [...causes, '  No request came to a Pod after its deletion']
  const needed = Math.ceil(worst.afterDeletion) + MARGIN
  return [
    ...causes,
    `  The last request to a Pod that left came ${worst.afterCall.toFixed(2)} s after the call and`,
    `  ${worst.afterDeletion.toFixed(2)} s after its deletion: with a margin of ${MARGIN} s, S = ${needed} s loses none`,
  ]
}

const CAUSES = {
  reset: '502: the application had ended, its address was still there',
  connect: '504: the address was gone, and the client waited 10 s',
  nobody: '503: no target was registered and healthy',
} as const

interface Worst {
  readonly afterCall: number
  readonly afterDeletion: number
}

/** Of all departures. Seconds; undefined: no request to any. */
function worstOf({ pods, lastRequest }: Truth): Worst | undefined {
  const lasts = pods.flatMap((pod: PlayedPod) => {
    const last = lastRequest.get(pod.name)
    return last === undefined || pod.leaving === undefined ? [] : [{ last, leaving: pod.leaving }]
  })
  if (lasts.length === 0) return undefined
  return {
    afterCall: Math.max(...lasts.map(({ last, leaving }) => last - leaving.deregistered)) / 1000,
    afterDeletion: Math.max(...lasts.map(({ last, leaving }) => last - leaving.deleted)) / 1000,
  }
}

/** Rollouts of a workload that the ledger keeps. */
const KEPT = 3

function filesOf({ folder, files }: Written, rollouts: number): readonly string[] {
  return [
    `Written to ${folder}:`,
    `  AWSLogs/     ${count(files)} access logs with the names that they have in S3`,
    '  lbc.log      what AWS Load Balancer Controller logs of the same Pods',
    '  report.json  the ledger of a Slackwater that watched them',
    ...(rollouts > KEPT
      ? [`               (the last ${KEPT} of ${rollouts} rollouts, as it keeps them)`]
      : []),
    '  truth.json   what no log says: every lost request with its Pod and cause',
    '',
    'See whether it is found:',
    `  npm run -s slackwater -- measure --access-logs ${folder}/AWSLogs \\`,
    `    --lbc-log ${folder}/lbc.log --departures ${folder}/report.json`,
  ]
}

/** What to type while the stand-in answers. */
export const servingOf = (url: string, region: string, targetGroup: string): readonly string[] => [
  `AWS’s API of load balancers is played at ${url} until Ctrl+C.`,
  'A TargetGroupBinding with this ARN is one that it knows:',
  `  ${targetGroup}`,
  'In another terminal:',
  `  export AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=${url}`,
  `  export AWS_REGION=${region} AWS_ACCESS_KEY_ID=lab AWS_SECRET_ACCESS_KEY=lab`,
  '  slackwater audit --aws',
]
