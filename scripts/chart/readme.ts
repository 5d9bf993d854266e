import { isMap, isScalar, isSeq, parseAllDocuments, parseDocument, type YAMLMap } from 'yaml'
import { comparedTable } from './compared.ts'
import { RISKS } from './risks.ts'
import { type Field, SETTINGS, VALUES_SCHEMA } from './values-schema.ts'

/** The tables of the chart's README, generated from values.yaml, its schema, and the rules of the rendered roles. */

export interface Sources {
  /** values.yaml. */
  readonly values: string
  /** deploy/rbac.yaml. */
  readonly rbac: string
}

/** A value of values.yaml that is not a setting. */
export interface ValueRow {
  /** `image.tag`. */
  readonly path: string
  readonly default: unknown
  /** The comment above it, on one line; empty if there is none. */
  readonly comment: string
}

/** @param readme the README, with its markers. @returns the README with tables generated from the sources. */
export function withTables(readme: string, { values, rbac }: Sources): string {
  const tables: Readonly<Record<string, readonly string[]>> = {
    settings: settingsTable(values),
    values: valuesTable(values),
    rights: rightsTable(rbac),
    risks: risksTable(rbac),
    compared: comparedTable(),
  }
  return Object.entries(tables).reduce((text, [name, lines]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`)
    if (!place.test(text)) throw new Error(`README.md: no place for the table of ${name}`)
    return text.replace(place, (_, begin: string, end: string) => `${begin}${lines.join('\n')}\n${end}`)
  }, readme)
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (value: unknown): string => (value === undefined ? '' : `\`${cell(JSON.stringify(value))}\``)

function settingsTable(values: string): readonly string[] {
  const given = parseDocument(values).toJS() as Readonly<Record<string, unknown>>
  const rows = Object.entries(SETTINGS).map(
    ([key, { description = '' }]) => `| \`${key}\` | ${code(given[key])} | ${cell(description)} |`,
  )
  return ['| value | default | meaning |', '|---|---|---|', ...rows]
}

function valuesTable(values: string): readonly string[] {
  const rows = valueRows(values).map(
    ({ path, default: value, comment }) => `| \`${path}\` | ${code(value)} | ${cell(comment)} |`,
  )
  return ['| value | default | meaning |', '|---|---|---|', ...rows]
}

/** Every value that is not a setting, in the order of the file. */
export function valueRows(values: string): readonly ValueRow[] {
  const { contents } = parseDocument(values)
  if (!isMap(contents)) throw new Error('values.yaml: no mapping')
  return rowsOf(contents, VALUES_SCHEMA, '').filter(({ path }) => !((path.split('.')[0] ?? '') in SETTINGS))
}

/** A value whose properties are in the schema gets a row for each property. */
const rowsOf = (map: YAMLMap, field: Field, prefix: string): readonly ValueRow[] =>
  map.items.flatMap(({ key, value }, index) => {
    const name = isScalar(key) ? String(key.value) : ''
    const path = `${prefix}${name}`
    const inner = field.properties?.[name] ?? {}
    if (isMap(value) && inner.properties !== undefined && value.items.length > 0)
      return rowsOf(value, inner, `${path}.`)
    // The parser gives the comment above the first key to the mapping.
    const above =
      (isScalar(key) ? key.commentBefore : undefined) ?? (index === 0 ? map.commentBefore : undefined)
    return [{ path, default: plainOf(value), comment: lastParagraph(above ?? '') }]
  })

const plainOf = (node: unknown): unknown =>
  isMap(node) || isSeq(node) || isScalar(node) ? (node.toJSON() as unknown) : node

/** The comment above a key; paragraphs before it belong to the file. */
const lastParagraph = (comment: string): string =>
  (comment.split(/\n\s*\n/).at(-1) ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('---'))
    .join(' ')
    .trim()

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

interface Explained {
  readonly rule: Rule
  readonly scope: string
  readonly comment: string
}

/** Every rule of the roles, with the comment above it. */
export const rulesOf = (rbac: string): readonly Explained[] =>
  parseAllDocuments(rbac).flatMap((document) => {
    const rules = document.get('rules')
    const scope = document.get('kind') === 'Role' ? 'its own namespace' : 'the cluster'
    if (!isSeq(rules)) return []
    return rules.items.flatMap((item, index) => {
      if (!isMap(item)) return []
      // The parser gives the comment above the first item to the list.
      const comment = (index === 0 ? rules.commentBefore : undefined) ?? item.commentBefore ?? ''
      return [{ rule: item.toJSON() as Rule, scope, comment }]
    })
  })

function rightsTable(rbac: string): readonly string[] {
  const rows = rulesOf(rbac).map(({ rule, scope, comment }) => rightRow(rule, scope, comment))
  return ['| rights | on | where | why |', '|---|---|---|---|', ...rows]
}

/** @throws if a rule has no stated risk, or a risk has no rule. */
function risksTable(rbac: string): readonly string[] {
  const rules = rulesOf(rbac).map(({ rule }) => `${rule.verbs.join(', ')} ${rule.resources.join(', ')}`)
  const stated = RISKS.flatMap((risk) => risk.rules)
  const unlike = [
    ...rules.filter((rule) => !stated.includes(rule)),
    ...stated.filter((rule) => !rules.includes(rule)),
  ]
  if (unlike.length > 0) throw new Error(`scripts/chart/risks.ts and the rules differ: ${unlike.join('; ')}`)
  const rows = RISKS.map(
    ({ called, alone, narrowed, leftOutBy = '' }) => `| ${called} | ${alone} | ${narrowed} | ${leftOutBy} |`,
  )
  return ['| right to | alone, a thief could | narrowed, only | left out by |', '|---|---|---|---|', ...rows]
}

function rightRow(rule: Rule, scope: string, comment: string): string {
  const names = rule.resourceNames === undefined ? '' : ` named ${rule.resourceNames.join(', ')}`
  const groups = rule.apiGroups.map((group) => (group === '' ? 'core' : group)).join(', ')
  const why = comment.replaceAll(/\s+/g, ' ').trim()
  return `| ${rule.verbs.join(', ')} | ${rule.resources.join(', ')} (${groups})${names} | ${scope} | ${cell(why)} |`
}
