import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Type from 'typebox'
import { Errors } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }

/** What GitHub reads: forms of issues, owners, and the template of a pull request. */

const FOLDER = '.github/ISSUE_TEMPLATE'
const read = (file: string): string => readFileSync(file, 'utf8')

/** The syntax of GitHub's form schema (docs.github.com, “Syntax for GitHub's form schema”). Any other key voids a form. */
const closed = <P extends Type.TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
const text = Type.String({ minLength: 1, pattern: '\\S' })
const id = Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]+$' }))
const validations = Type.Optional(closed({ required: Type.Optional(Type.Boolean()) }))
const said = {
  label: text,
  description: Type.Optional(text),
}
const typed = { ...said, placeholder: Type.Optional(text), value: Type.Optional(text) }

const ELEMENTS = {
  markdown: closed({ type: Type.Literal('markdown'), attributes: closed({ value: text }) }),
  input: closed({ type: Type.Literal('input'), id, attributes: closed(typed), validations }),
  textarea: closed({
    type: Type.Literal('textarea'),
    id,
    attributes: closed({ ...typed, render: Type.Optional(text) }),
    validations,
  }),
  dropdown: closed({
    type: Type.Literal('dropdown'),
    id,
    attributes: closed({
      ...said,
      multiple: Type.Optional(Type.Boolean()),
      options: Type.Array(text, { minItems: 1, uniqueItems: true }),
      default: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
    validations,
  }),
  checkboxes: closed({
    type: Type.Literal('checkboxes'),
    id,
    attributes: closed({
      ...said,
      options: Type.Array(closed({ label: text, required: Type.Optional(Type.Boolean()) }), { minItems: 1 }),
    }),
    validations,
  }),
} as const

const FORM = closed({
  name: text,
  description: text,
  title: Type.Optional(text),
  labels: Type.Optional(Type.Array(text)),
  assignees: Type.Optional(Type.Array(text)),
  body: Type.Array(Type.Union(Object.values(ELEMENTS)), { minItems: 1 }),
})
const CONFIG = closed({
  blank_issues_enabled: Type.Optional(Type.Boolean()),
  contact_links: Type.Array(closed({ name: text, url: text, about: text })),
})

interface Form {
  readonly name: string
  readonly body: readonly {
    readonly type: string
    readonly id?: string
    readonly attributes: { readonly label?: string; readonly description?: string; readonly value?: string }
  }[]
}

const errorsOf = (schema: Type.TSchema, value: unknown): readonly string[] =>
  Errors(schema, value).map(({ instancePath, message }) => `${instancePath}: ${message}`)

const forms = readdirSync(FOLDER).filter((name) => name !== 'config.yml')

describe.for(forms)('the form %s', (name) => {
  const value: unknown = parse(read(`${FOLDER}/${name}`))
  const { body } = value as Form

  test('has the form that GitHub takes', () => {
    expect(errorsOf(FORM, value)).toEqual([])
  })

  test('no two fields have one id or one label, and somebody can fill in something', () => {
    const fields = body.filter(({ type }) => type !== 'markdown')
    expect(fields.length).toBeGreaterThan(0)
    const ids = fields.map((field) => field.id)
    const labels = fields.map(({ attributes }) => attributes.label?.toLowerCase())
    expect([new Set(ids).size, new Set(labels).size]).toEqual([fields.length, fields.length])
  })
})

test('no two forms have one name', () => {
  const names = forms.map((name) => (parse(read(`${FOLDER}/${name}`)) as Form).name)
  expect(new Set(names).size).toBe(names.length)
})

test('a key that GitHub does not know, or an empty label, is found', () => {
  const field = { type: 'input', attributes: { label: ' ', hint: 'x' } }
  expect(errorsOf(FORM, { name: 'A', description: 'b', body: [field] }).length).toBeGreaterThan(0)
})

test('the bug form asks for the JSON of a report, and says where it is told what that has', () => {
  const form = read(`${FOLDER}/bug.yml`)
  for (const words of ['slackwater report -o json', 'slackwater audit -o json', 'slackwater --version'])
    expect(form).toContain(words)
  expect(form).toContain('docs/reporting-problems.md')
})

test('config.yml has the form that GitHub takes', () => {
  expect(errorsOf(CONFIG, parse(read(`${FOLDER}/config.yml`)))).toEqual([])
})

test('what they link to in this repository exists', () => {
  const files = [
    ...readdirSync(FOLDER).map((name) => `${FOLDER}/${name}`),
    '.github/PULL_REQUEST_TEMPLATE.md',
  ]
  const links = files.flatMap((file) => [
    ...read(file).matchAll(new RegExp(`${packageJson.homepage}/blob/main/([^#)\\s]+)`, 'g')),
  ])
  expect(links.length).toBeGreaterThan(2)
  expect(links.map(([, file = '']) => file).filter((file) => !existsSync(file))).toEqual([])
})

test('each path of CODEOWNERS exists, and has an owner', () => {
  const lines = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const rows = lines.map((line) => line.split(/\s+/))
  expect(
    rows.filter(
      ([, ...owners]) => owners.length === 0 || owners.some((one) => !/^@[\w-]+(\/[\w-]+)?$/.test(one)),
    ),
  ).toEqual([])
  expect(
    rows.map(([place = '']) => place).filter((place) => place !== '*' && globSync(`.${place}`).length === 0),
  ).toEqual([])
})

test('whatever a release runs or npm runs by itself, the security team reviews', () => {
  const lines = read('.github/CODEOWNERS').split('\n')
  const places = lines.flatMap((line) => /^\/(\S+) .*@slackwater\/security$/.exec(line)?.[1] ?? [])
  const reviewed = (file: string): boolean =>
    places.some((place) => (place.endsWith('/') ? file.startsWith(place) : path.matchesGlob(file, place)))
  const run = [read('.github/workflows/release.yml'), JSON.stringify(packageJson.scripts)]
    .join('\n')
    .matchAll(/(?:\.ci|scripts|plugin|image)\/[\w./-]+/g)
  // What only the tests or a maintainer's own command use decides about nobody's machine.
  const OTHERS = ['scripts/generate.ts']
  const files = [...new Set([...run].map(([file]) => file))].filter((file) => !OTHERS.includes(file))
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter((file) => !reviewed(file))).toEqual([])
})
