import { Command, InvalidArgumentError, Option } from 'commander'
import type { Fault } from './aws/stand-in.ts'
import { DEFAULT_PLAY, type PlayOptions } from './plane/played.ts'

/** What `npm run lab` was asked for. */
export interface LabAsked {
  readonly play: PlayOptions
  /** Where everything is written. */
  readonly out: string
  /** Whether the stand-in of AWS's API stays up, at which port (0: any), and what is wrong with it. */
  readonly serve?: { readonly port: number; readonly fault?: Fault['kind'] }
}

const FAULTS = [
  'denied',
  'expired',
  'throttled',
  'unavailable',
  'silent',
  'broken',
  'not-xml',
  'closed',
] as const satisfies readonly Fault['kind'][]

/** The command line of the laboratory. @param run gets what was asked for. */
export function labProgram(run: (asked: LabAsked) => Promise<void>): Command {
  const { request } = DEFAULT_PLAY
  return new Command('lab')
    .usage('--out FOLDER [options]')
    .description(
      'Plays an ALB with known numbers while Pods leave, writes its access logs as AWS does, and prints ' +
        'what was lost. `slackwater measure` must then find the same numbers.',
    )
    .requiredOption('--out <folder>', 'where everything is written; made if it is not there')
    .option(
      '--propagation <seconds>',
      'P: until the last node stops sending',
      seconds,
      DEFAULT_PLAY.propagation,
    )
    .option(
      '--controller <seconds>',
      'C: until DeregisterTargets has returned',
      seconds,
      DEFAULT_PLAY.controller,
    )
    .option('--sleep <seconds>', 'S: sleep before SIGTERM; 0: no hook', seconds, DEFAULT_PLAY.sleep)
    .option('--nodes <number>', 'nodes of the load balancer', atLeastOne, DEFAULT_PLAY.nodes)
    .option('--replicas <number>', 'Pods of the workload', atLeastOne, DEFAULT_PLAY.replicas)
    .option(
      '--departures <number>',
      'Pods that leave, in rollouts of all replicas',
      atLeastOne,
      DEFAULT_PLAY.departures,
    )
    .option(
      '--rate <number>',
      'requests a second, to all nodes together',
      positive,
      DEFAULT_PLAY.requestsPerSecond,
    )
    .option('--request <seconds>', 'how long a request takes on average', positive, request.mean)
    .option('--longest <seconds>', 'how long a request takes at most', positive, request.longest)
    .option('--drains', 'at SIGTERM the application answers what is open before it ends')
    .option('--no-gate', 'without readiness gates')
    .option(
      '--registration <seconds>',
      'until a new target gets requests',
      seconds,
      DEFAULT_PLAY.registration,
    )
    .option('--days <number>', 'spread over so many days, with requests only around each rollout', positive)
    .option('--cooldown <seconds>', 'addresses are used again after so long (default: never)', seconds)
    .option('--ipv6', 'Pods with IPv6 addresses')
    .option('--seed <number>', 'the same seed plays the same', whole, DEFAULT_PLAY.seed)
    .option('--serve', 'then play AWS’s API of load balancers, until Ctrl+C')
    .option('--port <number>', 'of --serve; 0: any that is free', whole, 0)
    .addOption(new Option('--fault <kind>', 'of --serve: what is wrong with every call').choices(FAULTS))
    .helpOption('-h, --help', 'this text')
    .configureHelp({ helpWidth: 80 })
    .action((options: ParsedOptions) => run(askedFrom(options)))
}

interface ParsedOptions {
  readonly out: string
  readonly propagation: number
  readonly controller: number
  readonly sleep: number
  readonly nodes: number
  readonly replicas: number
  readonly departures: number
  readonly rate: number
  readonly request: number
  readonly longest: number
  readonly drains?: boolean
  readonly gate: boolean
  readonly registration: number
  readonly days?: number
  readonly cooldown?: number
  readonly ipv6?: boolean
  readonly seed: number
  readonly serve?: boolean
  readonly port: number
  readonly fault?: Fault['kind']
}

function askedFrom(options: ParsedOptions): LabAsked {
  const { controller, cooldown, days, departures, gate, nodes, out, port, propagation, rate } = options
  const { registration, replicas, request, longest, seed, sleep, fault } = options
  const rollouts = Math.ceil(departures / replicas)
  const play: PlayOptions = {
    ...DEFAULT_PLAY,
    ...{ controller, departures, gate, nodes, propagation, registration, replicas, seed, sleep },
    requestsPerSecond: rate,
    request: { mean: request, longest: Math.max(longest, request) },
    atSigterm: options.drains === true ? 'drains' : 'dies',
    ipv6: options.ipv6 === true,
    ...(cooldown === undefined ? {} : { cooldown }),
    ...(days === undefined ? {} : { pause: (days * 86_400) / rollouts }),
  }
  if (options.serve !== true) return { play, out }
  return { play, out, serve: { port, ...(fault === undefined ? {} : { fault }) } }
}

function numberOf(text: string, isRight: (value: number) => boolean, wanted: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value) || !isRight(value)) throw new InvalidArgumentError(`Expected ${wanted}.`)
  return value
}

/** An hour is longer than any of these takes. */
const seconds = (text: string): number =>
  numberOf(text, (value) => value >= 0 && value <= 3600, 'seconds, from 0 to 3600')

const whole = (text: string): number =>
  numberOf(text, (value) => Number.isInteger(value) && value >= 0, 'a whole number')

const atLeastOne = (text: string): number =>
  numberOf(text, (value) => Number.isInteger(value) && value > 0, 'a whole number above 0')

const positive = (text: string): number => numberOf(text, (value) => value > 0, 'a number above 0')
