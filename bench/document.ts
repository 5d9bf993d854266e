import Type, { type Static } from 'typebox'
import { commitOf, disturbances, machine, type Noise } from './machine.ts'
import { judge, median, type Row, ratioOf } from './row.ts'
import type { Measured } from './table.ts'

/** What `--json` prints: with every round's value, so that medians can be worked out again. */

const FORMAT = 1

const closed = { additionalProperties: false } as const
const values = Type.Array(Type.Number())

const RowSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]+(/[a-z0-9.-]+)+$' }),
    section: Type.String(),
    name: Type.String(),
    unit: Type.String(),
    ours: values,
    base: Type.Optional(Type.Object({ name: Type.String(), rounds: values }, closed)),
    aim: Type.Optional(
      Type.Object(
        {
          of: Type.Union([Type.Literal('ours'), Type.Literal('ratio')]),
          direction: Type.Union([Type.Literal('at most'), Type.Literal('at least')]),
          value: Type.Number(),
        },
        closed,
      ),
    ),
    note: Type.Optional(Type.String()),
    /** Of `ours`; absent: not measured. */
    median: Type.Optional(Type.Number()),
    ratio: Type.Optional(Type.Number()),
    judgement: Type.Union([
      Type.Literal('met'),
      Type.Literal('not met'),
      Type.Literal('no aim'),
      Type.Literal('not measured'),
    ]),
  },
  closed,
)

const CommitSchema = Type.Object({ hash: Type.String(), isChanged: Type.Boolean() }, closed)

export const BenchSchema = Type.Object(
  {
    format: Type.Literal(FORMAT),
    commit: CommitSchema,
    /** Of the checkout that was compared with. */
    against: Type.Optional(CommitSchema),
    /** RFC 3339. */
    began: Type.String(),
    rounds: Type.Integer({ minimum: 1 }),
    isLong: Type.Boolean(),
    machine: Type.Object(
      {
        node: Type.String(),
        platform: Type.String(),
        model: Type.String(),
        cores: Type.Integer(),
        memoryMib: Type.Integer(),
      },
      closed,
    ),
    noise: Type.Object(
      {
        loadAverage: Type.Number(),
        busyBefore: Type.Optional(Type.Number()),
        steal: Type.Optional(Type.Number()),
      },
      closed,
    ),
    /** Why the machine was not quiet. */
    disturbances: Type.Array(Type.String()),
    rows: Type.Array(RowSchema),
  },
  closed,
)

type BenchDocument = Static<typeof BenchSchema>

/** About a run as a whole. */
export interface Run {
  readonly root: string
  readonly against?: string
  readonly began: Date
  readonly rounds: number
  readonly isLong: boolean
  readonly noise: Noise
}

function rowDocument(section: string, row: Row): BenchDocument['rows'][number] {
  const { id, name, unit, ours, base, aim, note } = row
  const ratio = ratioOf(row)
  return {
    ...{ id, section, name, unit, ours: [...ours] },
    ...(base === undefined ? {} : { base: { name: base.name, rounds: [...base.rounds] } }),
    ...(aim === undefined ? {} : { aim }),
    ...(note === undefined ? {} : { note }),
    ...(ours.length === 0 ? {} : { median: median(ours) }),
    ...(ratio === undefined ? {} : { ratio }),
    judgement: judge(row),
  }
}

export function documentOf(measured: readonly Measured[], run: Run): BenchDocument {
  const { loadAverage, busyBefore, steal } = run.noise
  const on = machine()
  return {
    format: FORMAT,
    commit: commitOf(run.root),
    ...(run.against === undefined ? {} : { against: commitOf(run.against) }),
    began: run.began.toISOString(),
    rounds: run.rounds,
    isLong: run.isLong,
    machine: on,
    noise: {
      loadAverage,
      ...(busyBefore === undefined ? {} : { busyBefore }),
      ...(steal === undefined ? {} : { steal }),
    },
    disturbances: [...disturbances(run.noise, on.cores)],
    rows: measured.flatMap(({ section, rows }) => rows.map((row) => rowDocument(section.name, row))),
  }
}

const shortOf = ({ hash, isChanged }: BenchDocument['commit']): string =>
  hash === '' ? 'no commit' : `${hash.slice(0, 8)}${isChanged ? ' with changes' : ''}`

/** Sentences below the table. */
export function footingOf(document: BenchDocument): readonly string[] {
  const { commit, against, machine: on, rounds } = document
  return [
    `Medians of ${rounds} rounds, ours and the base in turn; the ratio is the median of the rounds' ratios. Ratios travel, ` +
      'absolute figures do not.',
    `${shortOf(commit)}${against === undefined ? '' : `, compared with ${shortOf(against)}`}; Node.js ${on.node}; ` +
      `${on.cores} cores, ${on.model}.`,
    document.disturbances.length === 0
      ? 'The machine was quiet.'
      : `The machine was NOT quiet: ${document.disturbances.join('; ')}.`,
    ...(rounds < 5 ? [`Fewer than five rounds: for a comparison, repeat with --rounds 5 or more.`] : []),
  ]
}
