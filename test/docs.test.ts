import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXPECTED, SOURCES } from '../examples/expected.ts'
import packageJson from '../package.json' with { type: 'json' }
import { withServers } from '../scripts/servers-table.ts'
import { LONGEST_AGE } from '../src/cluster/live-inventory.ts'
import { TIMING } from '../src/cluster/reflector.ts'
import { ADOPTION_OUTCOMES } from '../src/controller/late-exposure.ts'
import { AWS_DEFAULTS, DEFAULT_TERMS } from '../src/core/budget/terms.ts'
import { ROLLOUT_EVENTS } from '../src/core/departures/rollout-event.ts'
import { ALB, NLB } from '../src/core/discovery/annotations/annotation-keys.ts'
import * as limits from '../src/core/discovery/annotations/limits.ts'
import { LBC_FLAGS } from '../src/core/discovery/objects/lbc-objects.ts'
import { FINDINGS } from '../src/core/findings/catalogue.ts'
import { GATE_STATES } from '../src/core/gates/gate-state.ts'
import * as keys from '../src/core/model/keys.ts'
import { NOTICE_IDS } from '../src/core/model/notice.ts'
import { SERVERS } from '../src/core/servers/servers.ts'
import { HandoverSchema } from '../src/handover/schema.ts'
import { CONCERNS } from '../src/judgement/concerns.ts'
import { EXIT, EXIT_MEANINGS } from '../src/judgement/exit.ts'
import { STATES } from '../src/judgement/states.ts'
import { DISCOVERY_KINDS } from '../src/kubernetes/narrow.ts'
import { ADDED_AT_LEAST, ADDED_AT_MOST, ADDED_FOR_EACH, allowance } from '../src/manifests/document-data.ts'
import { LARGEST_INPUT } from '../src/manifests/paths.ts'
import { NOTE_IDS } from '../src/manifests/position.ts'
import { sizeText } from '../src/manifests/read-file.ts'
import { DEPTH_LIMIT } from '../src/manifests/tokens.ts'
import { ExplanationSchema } from '../src/report/explain-schema.ts'
import { ReportSchema, WorkloadSchema } from '../src/report/schema.ts'
import { createMetrics } from '../src/server/metrics.ts'
import { LONGEST_ACCEPT } from '../src/settings/accept.ts'
import { DEFAULT_SETTINGS, LONGEST_REASON, LONGEST_SECONDS, SettingsSchema } from '../src/settings/schema.ts'
import { importedPackages } from './imported-packages.ts'

/** Pairs that could drift: what the documentation says, and what the program says. */

const read = (file: string): string => readFileSync(file, 'utf8')

const below = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name))
    .sort()

const PAGES = globSync(['*.md', '{bench,charts,deploy,docs,examples,src,test}/**/*.md']).sort()

/** The cells of each row of a page's tables, without heads and rules. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|--'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )

/** Whatever stands between backticks: `like this`. */
const codeIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

const sectionOf = (text: string, heading: string): string =>
  text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? ''

describe('findings', () => {
  const ids = Object.keys(FINDINGS).sort()

  test('each has a page, and each page is of one', () => {
    const pages = readdirSync('docs/findings').map((name) => name.replace(/\.md$/, ''))
    expect(pages.filter((name) => name !== 'README').sort()).toEqual(ids)
  })

  test.for(Object.entries(FINDINGS))('the page of %s is headed as the catalogue says', ([id, finding]) => {
    const page = read(`docs/findings/${id}.md`)
    expect(page.startsWith(`# ${id}\n\n*${finding.title}* · ${finding.severity}\n`)).toBe(true)
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(['What it means', 'What happens', 'What to do'])
  })

  test.for(Object.entries(FINDINGS))(
    'the page of %s says to do what the finding says',
    ([id, { action }]) => {
      // `raise` and `raised`, `replica` and `replicas`: a word counts by its beginning.
      const words = action.toLowerCase().match(/[a-z]{4,}/g) ?? []
      const section = sectionOf(read(`docs/findings/${id}.md`), 'What to do').toLowerCase()
      expect(words.filter((word) => !section.includes(word.slice(0, 5)))).toEqual([])
      expect(words.length).toBeGreaterThan(0)
    },
  )

  test('the index lists them all, with severity and title', () => {
    const rows = rowsOf(read('docs/findings/README.md')).filter(([link = '']) => link.startsWith('['))
    const wanted = Object.entries(FINDINGS).map(([id, { severity, title }]) => [
      `[${id}](${id}.md)`,
      severity,
      title,
    ])
    expect(rows).toEqual(wanted.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
  })

  test('the index lists every notice and note that the program can say, and no other', () => {
    const listed = rowsOf(sectionOf(read('docs/findings/README.md'), 'Notices and notes'))
      .slice(1)
      .flatMap(([cell = '']) => codeIn(cell))
    expect(listed.sort()).toEqual([...NOTICE_IDS, ...NOTE_IDS].sort())
  })

  test('every notice is said somewhere', () => {
    const sources = below('src/core/discovery', '.ts').map(read).join()
    expect(NOTICE_IDS.filter((id) => !sources.includes(`'${id}'`))).toEqual([])
  })
})

test('the table of exit codes is that of the code, and nobody else writes one', () => {
  const rows = rowsOf(sectionOf(read('docs/input-and-output.md'), 'Exit codes')).slice(1)
  const wanted = Object.entries(EXIT_MEANINGS).flatMap(([command, meanings]) =>
    Object.entries(meanings).map(([code, meaning]) => [
      `\`${command}\``,
      String(EXIT[code as keyof typeof EXIT]),
      meaning,
    ]),
  )
  expect(rows.map((cells) => cells.slice(0, 3))).toEqual(wanted)
  expect(PAGES.filter((file) => /exit codes?:? 0/i.test(read(file)))).toEqual([])
})

test('the table of servers is that of the code', () => {
  const page = read('docs/application.md')
  expect(withServers(page)).toBe(page)
})

describe('discovery', () => {
  test('the bounds of what is read are those of the program', () => {
    const section = sectionOf(read('docs/discovery.md'), 'How much is read')
    const stated = rowsOf(section)
      .slice(1)
      .map(([bound = '']) => Number(/^[\d,]+/.exec(bound)?.[0].replaceAll(',', '')))
    expect(stated).toEqual([
      limits.LONGEST_VALUE,
      limits.MOST_TARGET_GROUPS,
      limits.MOST_LISTENERS,
      limits.MOST_PORTS,
      limits.MOST_PARENTS,
      limits.MOST_QUESTIONS,
      limits.MOST_CLAIMS,
      limits.MOST_REFERRERS,
      limits.MOST_SAID,
      limits.MOST_EXPOSURES,
      limits.MOST_SERVICES,
    ])
    const { MOST_REASONS, MOST_ALTERNATIVES, MOST_NOTICES } = limits
    expect(section.replaceAll('\n', ' ')).toContain(
      `no more than ${MOST_REASONS} are shown, of values that contradict each other ${MOST_ALTERNATIVES}, of notices about one workload ${MOST_NOTICES}`,
    )
  })

  const page = read('docs/discovery.md')
  const table = /<!-- sources -->\n([\s\S]*?)\n<!-- end -->/.exec(page)?.[1] ?? ''

  test.for(DISCOVERY_KINDS)('the table of sources names %s', (kind) => {
    const [group = '', name = ''] = kind.split('/')
    expect(table).toContain(name)
    if (group.endsWith('.aws') || group === 'eks.amazonaws.com') expect(table).toContain(`\`${group}\``)
  })

  test.for([...Object.values(ALB), ...Object.values(NLB)])('the table of sources names %s', (key) => {
    const suffix = key.replace(/^.*\/(aws-load-balancer-)?/, '').replace(/\.$/, '')
    expect(codeIn(table).some((code) => code.includes(suffix))).toBe(true)
  })

  test.for(['ingress.k8s.aws/alb', 'gateway.k8s.aws/alb', 'gateway.k8s.aws/nlb', 'eks.amazonaws.com/nlb'])(
    'the table of sources names %s',
    (name) => expect(codeIn(table)).toContain(name),
  )
})

interface Field {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly description?: string
  readonly properties?: Readonly<Record<string, Field>>
}

const valuesOf = ({ type, enum: allowed, minimum, maximum }: Field): string => {
  if (allowed !== undefined) return allowed.map((value) => `\`${value}\``).join(', ')
  if (maximum !== undefined && maximum !== LONGEST_SECONDS) return `whole number, ${minimum} to ${maximum}`
  const words: Readonly<Record<string, string>> = {
    integer: `seconds, 0 to ${LONGEST_SECONDS}`,
    boolean: '`true`, `false`',
    string: 'text',
    array: 'list of texts',
    object: 'reasons by finding id',
  }
  return words[type ?? ''] ?? ''
}

/** Each property is a finding, and its values are the same words. */
const isByFinding = ({ properties }: Field): boolean => properties?.['prestop-missing'] !== undefined

/** One row for each key of the settings file, by its path; a pair for the two load balancers has one together. */
function settingRows(field: Field, prefix = ''): readonly (readonly string[])[] {
  return Object.entries(field.properties ?? {}).flatMap(([key, inner]) => {
    const { properties, description = '' } = inner
    const name = `${prefix}${key}`
    if (properties?.['matchLabels'] !== undefined) return [[`\`${name}\``, 'label selector', description]]
    if (key === 'matchConditions') return [[`\`${name}\``, 'list of `name`, `expression`', description]]
    if (isByFinding(inner)) return [[`\`${name}\``, '`off`, `warn`, `deny` by finding id', description]]
    if (properties?.['alb'] !== undefined)
      return [[`\`${name}.alb\`, \`${name}.nlb\``, valuesOf(properties['alb']), description]]
    return properties === undefined
      ? [[`\`${name}\``, valuesOf(inner), description]]
      : settingRows(inner, `${name}.`)
  })
}

/** What a description promises: the text after its last `default `. */
const promised = (description: string): string => /\bdefault:? (.*)$/.exec(description)?.[1] ?? ''

describe('settings', () => {
  const schema: Field = JSON.parse(JSON.stringify(SettingsSchema))
  const rows = settingRows(schema)
  const described = new Map(
    rows.flatMap(([cell = '', , text = '']) => codeIn(cell).map((key) => [key, text])),
  )

  test('docs/settings.md has the rows of the schema', () => {
    const wanted = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
    const table = /<!-- settings -->\n\| .*\n\|-.*\n([\s\S]*?)\n<!-- end -->/.exec(read('docs/settings.md'))
    expect(table?.[1]).toBe(wanted)
  })

  const scalars = Object.entries(DEFAULT_SETTINGS).filter(([, value]) => typeof value !== 'object')
  test.for(scalars)('the description of %s names its default', ([key, value]) => {
    expect(promised(described.get(key) ?? '')).toBe(String(value))
  })

  const { controller, propagation, request, kubeProxy, margin, unhealthyLag } = DEFAULT_TERMS
  const { deregistrationDelay, idleTimeout } = AWS_DEFAULTS
  test.for<[string, string]>([
    ['controllerSeconds', `${controller}`],
    ['propagationSeconds.alb', `ALB ${propagation.alb}, NLB ${propagation.nlb}`],
    ['requestSeconds', `${request}`],
    ['kubeProxySeconds', `${kubeProxy}`],
    ['marginSeconds', `${margin}`],
    ['deregistrationDelaySeconds', `${deregistrationDelay} where none does`],
    ['idleTimeoutSeconds.nlb', `ALB ${idleTimeout.alb}, NLB ${idleTimeout.nlb}`],
    ['unhealthyLagSeconds', `${unhealthyLag}`],
  ])('the description of terms.%s names the default of its term', ([key, value]) => {
    expect(promised(described.get(`terms.${key}`) ?? '')).toBe(value)
  })
})

describe('the report', () => {
  const page = read('docs/report.md')
  const table = (name: string): string =>
    new RegExp(`<!-- ${name} -->\\n\\| .*\\n\\|-.*\\n([\\s\\S]*?)\\n<!-- end -->`).exec(page)?.[1] ?? ''
  const rowsText = (rows: readonly (readonly string[])[]) =>
    rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')

  test('docs/report.md has every state with its meaning', () => {
    expect(table('states')).toBe(
      rowsText(Object.entries(STATES).map(([state, meaning]) => [`\`${state}\``, meaning])),
    )
  })

  test('docs/report.md has every concern with its meaning', () => {
    expect(table('concerns')).toBe(
      rowsText(Object.entries(CONCERNS).map(([id, meaning]) => [`\`${id}\``, meaning])),
    )
  })

  test('docs/report.md has every field of the schema', () => {
    expect(table('fields')).toBe(rowsText(reportRows(JSON.parse(JSON.stringify(ReportSchema)))))
  })
})

test('docs/explain.md has the fields that are not those of an entry of a report', () => {
  const table = /<!-- explanation -->\n\| .*\n\|-.*\n([\s\S]*?)\n<!-- end -->/.exec(
    read('docs/explain.md'),
  )?.[1]
  const known = reportRows(JSON.parse(JSON.stringify(WorkloadSchema)), 'workloads[].').map(([name]) => name)
  const rows = reportRows(JSON.parse(JSON.stringify(ExplanationSchema)))
    .filter(([name = '']) => !known.includes(name))
    .filter(([name = '']) => !/position\.|missing\[\]/.test(name))
  expect(table).toBe(rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n'))
})

test('docs/handover.md has every field of the schema', () => {
  const table = /<!-- fields -->\n\| .*\n\|-.*\n([\s\S]*?)\n<!-- end -->/.exec(read('docs/handover.md'))?.[1]
  const rows = reportRows(JSON.parse(JSON.stringify(HandoverSchema)))
  expect(table).toBe(rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n'))
})

interface ReportField extends Field {
  readonly required?: readonly string[]
  readonly items?: ReportField
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, ReportField>>
}

/** Told once: counts of Pods under `workloads[]`, states in a table of their own, a Pod that left under `departures.others`. */
const TOLD_ELSEWHERE: Readonly<Record<string, string>> = {
  'totals.pods': 'as `workloads[].pods`',
  'namespaces[].pods': 'as `workloads[].pods`',
  'otherPods[].pods': 'as `workloads[].pods`',
  'totals.states': 'number of each state',
  'namespaces[].states': 'number of each state',
  'departures.rollouts[].kept':
    'Its departures one by one, the oldest first, of a large rollout only some; each as in `departures.others`',
  'departures.others[].reasons': 'as `departures.rollouts[].reasons`',
}

/** One row for each field of the report, by its path. */
function reportRows(field: ReportField, prefix = ''): readonly (readonly string[])[] {
  return Object.entries(field.properties ?? {}).flatMap(([key, inner]) => {
    const place = `${prefix}${key}`
    const name = `\`${place}${field.required?.includes(key) === true ? '' : '?'}\``
    const elsewhere = TOLD_ELSEWHERE[place]
    if (elsewhere !== undefined) return [[name, reportValue(inner), elsewhere]]
    const row = [name, reportValue(inner), inner.description ?? '']
    if (inner.items?.properties !== undefined) return [row, ...reportRows(inner.items, `${place}[].`)]
    return inner.properties === undefined
      ? [row]
      : [...(inner.description === undefined ? [] : [row]), ...reportRows(inner, `${place}.`)]
  })
}

function reportValue({ type, enum: allowed, const: only }: ReportField): string {
  if (only !== undefined) return `\`${only}\``
  // The catalogue of findings has a table of its own.
  if (allowed !== undefined)
    return allowed.length > 8 ? 'text' : allowed.map((value) => `\`${value}\``).join(', ')
  const words: Readonly<Record<string, string>> = {
    integer: 'whole number',
    number: 'number',
    boolean: '`true`, `false`',
    string: 'text',
    array: 'list',
    object: 'mapping',
  }
  return words[type ?? ''] ?? 'any'
}

describe('labels and annotations', () => {
  const page = read('docs/annotations.md')
  const known = Object.values(keys)
    .flatMap((value) => (typeof value === 'string' ? [value] : Object.values(value)))
    .filter((value) => value.includes('/') && value !== keys.OUR_PREFIX)

  test('docs/annotations.md names every one', () => {
    expect(known.filter((key) => !codeIn(page).includes(key))).toEqual([])
  })

  test('the table has a row for each of ours', () => {
    const rows = rowsOf(sectionOf(page, 'Where to set them')).flatMap(([key = '']) => codeIn(key))
    expect(rows.toSorted()).toEqual(known.filter((key) => key.startsWith(keys.OUR_PREFIX)).toSorted())
  })

  test.for(PAGES)('%s names none that nobody reads', (file) => {
    const named = [...read(file).matchAll(/slackwater\.dev\/[a-z]+(?:-[a-z]+)*/g)].map(([key]) => key)
    expect(named.filter((key) => !known.includes(key))).toEqual([])
  })
})

describe('dependencies', () => {
  const page = read('docs/dependencies.md')
  const licenseOf = (name: string): unknown =>
    JSON.parse(read(path.join('node_modules', name, 'package.json'))).license

  const program = importedPackages()
  const others = Object.keys(packageJson.devDependencies).filter((name) => !program.includes(name))

  test.for<[string, readonly string[]]>([
    ['In the program', program],
    ['For development', others],
  ])('%s: the packages of package.json, with their licenses and a reason', ([heading, wanted]) => {
    const rows = rowsOf(sectionOf(page, heading)).slice(1)
    expect(rows.map(([name, license]) => [name, license])).toEqual(
      wanted.map((name) => [`\`${name}\``, licenseOf(name)]),
    )
    expect(rows.filter(([, , reason = '']) => reason === '')).toEqual([])
  })
})

describe('scripts', () => {
  /** `npm run -s slackwater`, `npm test`, `npm version`: the names of the scripts. */
  const scriptsIn = (text: string): readonly string[] =>
    [...text.matchAll(/\bnpm (?:run (?:-s )?([a-z0-9:]+)|(test|version)\b)/g)].map(
      ([, run, own]) => run ?? own ?? '',
    )

  test('CONTRIBUTING names every one', () => {
    const named = scriptsIn(read('CONTRIBUTING.md'))
    expect(Object.keys(packageJson.scripts).filter((name) => !named.includes(name))).toEqual([])
  })

  test.for(PAGES)('%s names only those that exist', (file) => {
    expect(scriptsIn(read(file)).filter((name) => !(name in packageJson.scripts))).toEqual([])
  })
})

test.for(['README.md', 'docs/fifty-clusters.md'])('%s: to stop it at once, both webhooks', (file) => {
  const kinds = ['Mutating', 'Validating'].map((kind) => `${kind}WebhookConfiguration`)
  const installed = read('deploy/base/slackwater.yaml')
  for (const kind of kinds) expect(installed).toContain(`kind: ${kind}\nmetadata:\n  name: slackwater\n`)
  expect(read(file)).toContain(`\`kubectl delete ${kinds.join().toLowerCase()} slackwater\``)
})

describe('the command line', () => {
  const program = below('src/cli', '.ts').map(read).join('\n')
  /** Options that belong to other programs: the end-to-end suite's, kubectl's, Helm's, the API server's, the autoscaler's, ingress-nginx's, LBC's, krew's, those of releases. */
  const OTHERS =
    /^--(?:grace-period|force|force-conflicts|raw|install|create-namespace|reuse-values|reset-then-reuse-values|skip-tests|platform|build-arg|key|set|set-file|wait|admission-control-config-file|parts-only|manifest|archive|group|check|ignore-missing|type|format|env|allow-publish|prefix|timestamps|all-pods|max-graceful-.*|help|flag)$/
  /** Envoy's is in its row, without being read. */
  const OF_SERVERS = [
    '--drain-time-s',
    ...SERVERS.flatMap(({ settings }) => settings.map(({ option }) => option)),
  ]
  /** Of Node.js, of the script that builds the executable, and of `docker buildx`. */
  const OF_BUILDING = ['--build-sea', '--node', '--push', '--use']
  /** Of the AWS CLI and of eksctl, where a role is made. */
  const OF_AWS = [
    ...[
      '--policy-name',
      '--policy-document',
      '--cluster',
      '--service-account-name',
      '--permission-policy-arns',
    ],
    ...['--role-only', '--role-name', '--attach-policy-arn', '--approve'],
  ]
  const isForeign = (option: string) =>
    OF_AWS.includes(option) ||
    OF_BUILDING.includes(option) ||
    OTHERS.test(option) ||
    OF_SERVERS.includes(option) ||
    LBC_FLAGS.some((flag) => option === `--${flag}`)

  const PROGRAMS_WITH_PAGES: Readonly<Record<string, string>> = {
    'docs/performance.md': 'bench/index.ts',
    'docs/laboratory.md': 'test/lab/program.ts',
  }

  test.for(PAGES)('%s names only options that exist', (file) => {
    const options = codeIn(read(file).replaceAll(/^```$/gm, ''))
      .concat(read(file).match(/^.*\bslackwater\b.* --.*$/gm) ?? [])
      .flatMap((code) => code.match(/(?<=^|\s)--[a-z][a-z-]+/g) ?? [])
      .filter((option) => !isForeign(option))
    const own = PROGRAMS_WITH_PAGES[file]
    const known = own === undefined ? program : program + read(own)
    expect(options.filter((option) => !known.includes(option))).toEqual([])
  })
})

test('the limits of what is accepted are those of the program', () => {
  const section = sectionOf(read('docs/annotations.md'), '`slackwater.dev/accept`').replaceAll('\n', ' ')
  expect(section).toContain(`${LONGEST_REASON} characters of it are kept`)
  expect(section).toContain(`after ${LONGEST_ACCEPT.toLocaleString('en')} characters`)
})

test('docs/annotations.md has every state of a readiness-gate label, and no other', () => {
  const rows = rowsOf(sectionOf(read('docs/annotations.md'), 'The readiness-gate label')).slice(1)
  expect(rows.flatMap(([cell = '']) => codeIn(cell)).toSorted()).toEqual([...GATE_STATES].toSorted())
})

test('docs/metrics-and-logs.md has every Event on a namespace, with its type', () => {
  const rows = rowsOf(sectionOf(read('docs/metrics-and-logs.md'), 'Events on namespaces')).slice(1)
  const recorded = read('src/controller/gate-events.ts').matchAll(/type: '(\w+)',\s+reason: '(\w+)'/g)
  expect(rows.map(([reason = '', type]) => [codeIn(reason)[0], type]).toSorted()).toEqual(
    [...recorded].map(([, type, reason]) => [reason, type]).toSorted(),
  )
})

test('docs/metrics-and-logs.md has every Event at the end of a rollout, with its type', () => {
  const rows = rowsOf(sectionOf(read('docs/metrics-and-logs.md'), 'Events on workloads')).slice(1)
  const told = rows.filter(([reason = '']) => reason.startsWith('`Rollout'))
  expect(told.map(([reason = '', type]) => [codeIn(reason)[0], type])).toEqual(
    Object.values(ROLLOUT_EVENTS).map(({ reason, type }) => [reason, type]),
  )
})

test('docs/report.md has every reason of a departure, and no other', () => {
  const union = /export type DepartureReason =([\s\S]*?)\n\n/.exec(read('src/core/departures/verdict.ts'))
  const ids = [...(union?.[1] ?? '').matchAll(/readonly id: '(.*?)'/g)].map(([, id]) => id)
  const [, table = ''] =
    /<!-- reasons -->\n\|.*\n\|-.*\n([\s\S]*?)\n<!-- end -->/.exec(read('docs/report.md')) ?? []
  expect(ids.length).toBeGreaterThan(5)
  expect(rowsOf(table).map(([reason = '']) => codeIn(reason)[0])).toEqual(ids)
})

describe('metrics and outcomes', () => {
  const page = read('docs/metrics-and-logs.md')

  test('docs/metrics-and-logs.md has the metrics of the server, with their types', async () => {
    const metrics = createMetrics('test')
    metrics.watchAges(() => [])
    metrics.controller.namespaces(() => [])
    metrics.controller.stuckGates(() => 0)
    metrics.controller.controllerTime(() => 0)
    metrics.loadBalancerController(() => undefined)
    metrics.port.bodyBytes(() => 0)
    metrics.port.connections(() => 0)
    metrics.logLinesDropped(() => 0)
    const { text } = await metrics.expose()
    const served = [...text.matchAll(/^# TYPE (slackwater_\S+) (\S+)$/gm)].map((match) => match.slice(1))
    const rows = rowsOf(sectionOf(page, 'Metrics')).slice(1)
    expect(rows.map(([name = '', type]) => [codeIn(name)[0], type]).toSorted()).toEqual(served.toSorted())
  })

  test('it has every verdict and every outcome, and no other', () => {
    const union = /export type Verdict =\n((?: {2}\| '.*'\n)+)/.exec(read('src/core/decision/decide.ts'))
    const verdicts = [...(union?.[1] ?? '').matchAll(/'(.*)'/g)].map(([, verdict = '']) => verdict)
    const sources = [...below('src/admission', '.ts'), ...below('src/server', '.ts')].map(read).join()
    const named = rowsOf(sectionOf(page, 'Outcomes')).flatMap(([name = '']) => codeIn(name))
    const [chosen = ''] = /function outcomeOf[\s\S]*?\n}/.exec(sources) ?? []
    const outcomes = [
      ...sources.matchAll(/(?:outcome: |unconcerned\(|allowed\(|unchecked\()'(.*?)'/g),
      ...chosen.matchAll(/(?:return|\?|:) '(.*?)'/g),
    ].map(([, outcome = '']) => outcome)
    // Both webhooks have some of them.
    expect(named.toSorted()).toEqual([...verdicts, ...new Set(outcomes)].toSorted())
  })
})

test('docs/metrics-and-logs.md has every outcome of an adoption', () => {
  const rows = rowsOf(sectionOf(read('docs/metrics-and-logs.md'), 'Adoptions'))
  expect(rows.flatMap(([name = '']) => codeIn(name))).toEqual(ADOPTION_OUTCOMES)
})

describe('examples', () => {
  const [numbers = ''] = read('examples/README.md').split('## Findings')
  const rows = new Map(rowsOf(numbers).map((cells) => [cells[0] ?? '', cells]))

  test('each manifest has a row and an expectation, and no other has', () => {
    const files = below('examples', '.yaml').map((file) => path.relative('examples', file))
    expect([...rows.keys()].filter((name) => name.endsWith('.yaml'))).toEqual(files)
    expect([...EXPECTED, ...SOURCES].map(({ file }) => file)).toEqual(files)
  })

  test.for([...EXPECTED, ...SOURCES])(
    '$file is derived to the numbers that are tested',
    ({ file, sleep, grace }) => {
      const [, , sleepCell = '', graceCell = ''] = rows.get(file) ?? []
      expect([sleepCell, graceCell].map((cell) => Number(cell.split('=').at(-1)))).toEqual([sleep, grace])
    },
  )

  test.for(EXPECTED)('$file has the findings that are tested', ({ file, fixed, staying }) => {
    const table = rowsOf(sectionOf(read('examples/README.md'), 'Findings'))
    const [, fixedCell = '', stayingCell = ''] = table.find(([name]) => name === file) ?? []
    expect([codeIn(fixedCell), codeIn(stayingCell)]).toEqual([fixed, staying])
  })
})

describe('architecture', () => {
  const page = read('docs/architecture.md')
  const rooms = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.name === 'main.ts')
      .map(({ name }) => `${folder}/${name}`)

  test('docs/architecture.md has a row for each folder of src, and no other', () => {
    const wanted = [...rooms('src'), ...rooms('src/core').map((name) => name.replace('src/', ''))]
    const rows = rowsOf(page).flatMap(([name = '']) => codeIn(name))
    expect(rows.toSorted()).toEqual(wanted.toSorted())
  })

  test('the folders and files that it names exist, those of src with or without their ending', () => {
    const named = codeIn(page).filter((code) => /^[\w.-]+\/[\w./-]*$/.test(code))
    const exists = (name: string) =>
      [name, `src/${name}`, `src/${name}.ts`, `charts/slackwater/${name}`].some((file) => existsSync(file))
    expect(named.filter((name) => !exists(name))).toEqual([])
  })
})

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))

describe('links', () => {
  test.for(PAGES)('of %s lead somewhere', (file) => {
    const targets = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const broken = targets.filter((target) => {
      if (/^https?:/.test(target)) return false
      const [name = '', anchor] = target.split('#')
      const linked = name === '' ? file : path.join(path.dirname(file), name)
      return !existsSync(linked) || (anchor !== undefined && !anchorsOf(linked).includes(anchor))
    })
    expect(broken).toEqual([])
  })
})

/** Each table of a page, with the heading of its section; the first of its rows is its head. */
const tablesOf = (page: string): readonly (readonly [string, ReturnType<typeof rowsOf>])[] =>
  page.split(/^## /m).flatMap((section) => {
    const [heading = ''] = section.split('\n')
    return (section.match(/(?:^\|.*\n)+/gm) ?? []).map((table) => [heading, rowsOf(table)] as const)
  })

/** Texts that stand where titles of tests do: first in a test, a suite, a row of their table, or as its name. */
const TITLE =
  /(?:\b(?:test|describe|caseOf)\(|\)\(|^ *\[|^ *\{?\s*name:)\s*(?:'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`)/gm

const titlesOf = (file: string): readonly string[] =>
  [...read(file).matchAll(TITLE)].map(([, plain, template]) => plain ?? template ?? '')

/** `a.test.ts`: words of a title; of another; `b.test.ts`: of a third. */
const shownBy = (cell: string): readonly (readonly [string, string])[] =>
  cell.split(/; (?=`[\w/.-]+\.ts`: )/).flatMap((part) => {
    const [, file = '', words = ''] = /^`(.+?)`: (.+)$/.exec(part) ?? []
    return words.split('; ').map((title) => [file, title] as const)
  })

describe.for([
  ['docs/failure-behaviour.md', 4, 50],
  ['docs/input-and-output.md', 2, 15],
] as const)('%s: each thing that can go wrong names the tests that show it', ([name, least, rowsAtLeast]) => {
  const tables = tablesOf(read(name))

  test('there are tables, and rows', () => {
    expect(tables.length).toBeGreaterThan(least)
    expect(tables.flatMap(([, rows]) => rows).length).toBeGreaterThan(rowsAtLeast)
  })

  describe.for(tables)('%s', ([, [head = [], ...rows]]) => {
    test('has a column for them, and a cell in each row', () => {
      expect(head.at(-1)).toBe('shown by')
      expect(rows.filter((cells) => cells.length !== head.length)).toEqual([])
    })

    test.for(rows.map((cells) => [cells[0] ?? '', cells.at(-1) ?? ''] as const))('%s', ([, cell]) => {
      const unknown = shownBy(cell).filter(
        ([file, words]) => words === '' || !titlesOf(`test/${file}`).some((title) => title.includes(words)),
      )
      expect(unknown).toEqual([])
    })
  })
})

// The tests named there shorten these times, so that they need not wait.
test.for([
  `growing waits, at most ${TIMING.longestRetry / 1000} s`,
  `at the next try, at most ${TIMING.longestRetry / 1000} s later, the file is read`,
  `closed after ${TIMING.silence / 1000} s`,
  `its objects count within ${TIMING.absent / 1000} s`,
  `what is known is older than ${LONGEST_AGE} s`,
])('%s', (words) => expect(read('docs/failure-behaviour.md')).toContain(words))

const grouped = (count: number): string => count.toLocaleString('en')

test.for([
  `more than ${LARGEST_INPUT >= 64 * 2 ** 20 ? sizeText(LARGEST_INPUT) : '64 MiB'} in total`,
  `may add ${ADDED_FOR_EACH} characters for each character of their document, plus ${grouped(ADDED_AT_LEAST)};`,
  `at most ${ADDED_AT_MOST / 1e6} million, and ${allowance().left / 1e6} million for everything`,
  `at most ${grouped(DEPTH_LIMIT)} levels`,
])('docs/input-and-output.md: %s', (words) => expect(read('docs/input-and-output.md')).toContain(words))
