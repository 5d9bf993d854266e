import { arrivalsEnd } from '../../src/core/budget/timeline.ts'
import { type Area, arrow, box, drawn, type Fill, heightOf, lines, WIDTH, wrapped } from './drawing.ts'
import { pictured } from './timeline.ts'

/** One row of the picture: who it is, and what it does at each moment; an empty text: nothing. */
interface Actor {
  readonly name: string
  readonly fill: Fill
  readonly does: readonly string[]
}

const LEFT = 150
const GAP = 8
const TOP = 96

/** The moments in the life of a Pod behind an ALB with ip targets. */
function moments(sleep: number, grace: number): readonly string[] {
  return [
    'You apply the workload',
    'A Pod is created',
    'The Pod becomes ready',
    'The Pod is deleted: 0 s',
    `SIGTERM: ${sleep} s; SIGKILL: ${grace} s at the latest`,
  ]
}

function actors(): readonly Actor[] {
  const budget = pictured()
  const { sleep, grace, decidedBy } = budget
  return [
    {
      name: 'API server',
      fill: 'box',
      does: [
        'calls the webhook, and stores what it answers',
        'calls the webhooks, and stores the Pod',
        '',
        `marks it as terminating, with ${grace} s of grace`,
        '',
      ],
    },
    {
      name: 'Slackwater’s webhook',
      fill: 'sleeps',
      does: [
        `computes the sleep and the grace period, and writes them: ${sleep} s and ${grace} s`,
        'writes them into the Pod, if its template has none',
        '',
        '',
        '',
      ],
    },
    {
      name: 'Slackwater’s leader',
      fill: 'sleeps',
      does: [
        'sets the readiness-gate label of the namespace, once',
        'rolls out a newborn workload whose load balancer came late, once',
        'watches for gates that do not pass',
        'follows the Pod until it is gone',
        'records how it left: covered, exposed or unknown',
      ],
    },
    {
      name: 'load balancer controller',
      fill: 'partly',
      does: [
        'creates load balancer and target group for the Ingress',
        'its webhook writes the readiness gate into the Pod',
        'registers the Pod; meets the gate when its target is healthy',
        `deregisters the Pod, within ${decidedBy.terms.C.value} s`,
        '',
      ],
    },
    {
      name: 'load balancer',
      fill: 'sends',
      does: [
        '',
        '',
        'checks the target, then begins to send',
        `still sends, for up to ${arrivalsEnd(budget)} s`,
        'sends nothing to it any more',
      ],
    },
    {
      name: 'kubelet',
      fill: 'serves',
      does: [
        '',
        'starts the containers',
        'asks the readiness probe',
        `runs preStop: sleep ${sleep} s; the containers go on serving`,
        'sends SIGTERM; what still runs is killed at the end of the grace period',
      ],
    },
  ]
}

const columns = 5
const COLUMN = (WIDTH - LEFT - 16 - GAP * (columns - 1)) / columns

function row({ name, fill, does }: Actor, y: number, height: number): readonly string[] {
  const cells = does.flatMap((words, index) => {
    const area: Area = { x: LEFT + index * (COLUMN + GAP), y, width: COLUMN, height }
    return words === '' ? [] : [box(area, words, fill)]
  })
  return [lines({ x: 16, y: y + 21 }, wrapped(name, LEFT - 20), { bold: true }), ...cells]
}

/** `docs/images/who-acts-when.svg`: the life of a Pod, and who does what in it. */
export function whoActs(): string {
  const { sleep, grace } = pictured()
  const heads = moments(sleep, grace)
  let y = TOP
  const rows = actors().flatMap((actor) => {
    const most = Math.max(
      ...actor.does.map((words) => wrapped(words, COLUMN - 16).length),
      wrapped(actor.name, LEFT - 20).length,
    )
    const height = heightOf(most)
    const drawnRow = row(actor, y, height)
    y += height + GAP
    return drawnRow
  })
  const said = actors().map(
    ({ name, does }) => `${name}: ${does.filter((words) => words !== '').join('; ')}.`,
  )
  return drawn({
    title: 'Who acts when in the life of a Pod',
    description: `An ALB with ip targets, default terms. The moments: ${heads.join('; ')}. ${said.join(' ')}`,
    height: y + 12,
    parts: [
      arrow({ x: LEFT, y: 82 }, { x: WIDTH - 16, y: 82 }),
      ...heads.map((words, index) =>
        lines({ x: LEFT + index * (COLUMN + GAP), y: 30 }, wrapped(words, COLUMN), { bold: true }),
      ),
      ...rows,
    ],
  })
}
