import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CHART } from '../../scripts/chart/deploy.ts'
import { GOLDENS } from '../../scripts/chart/goldens.ts'
import { LEASE_NAME } from '../../src/controller/run-controller.ts'
import { execSleep } from '../../src/core/injection/hooks.ts'
import { type InjectionRecord, printRecord } from '../../src/core/injection/record.ts'
import { GATE_LABELS, GATES_ANNOTATION, RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import { STOPPING_PROBES } from '../../src/core/model/workload.ts'

/** The policies that narrow the ServiceAccount, and what they take from the program. What they refuse: stolen-token.e2e.ts. */

interface Policy {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly failurePolicy?: string
    readonly matchConditions?: readonly { readonly expression: string }[]
    readonly validations?: readonly { readonly expression: string; readonly message: string }[]
    readonly policyName?: string
    readonly validationActions?: readonly string[]
  }
}

const read = (file: string): string => readFileSync(file, 'utf8')

const objectsOf = (golden: string): readonly Policy[] =>
  parseAllDocuments(read(`test/chart/golden/${golden}.yaml`)).map((document) => document.toJS() as Policy)

const policiesOf = (golden: string): readonly Policy[] =>
  objectsOf(golden).filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')

const named = (name: string): Policy => {
  const policy = policiesOf('default').find(({ metadata }) => metadata.name === name)
  if (policy === undefined) throw new Error(`no policy ${name}`)
  return policy
}

const expressionsOf = (policy: Policy): string => JSON.stringify(policy.spec)

describe.for(Object.keys(GOLDENS))('with certificates: %s', (golden) => {
  test('each policy is bound, refuses, and looks at nobody else', () => {
    const bindings = objectsOf(golden).filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')
    expect(bindings.map(({ spec }) => spec.policyName)).toEqual(
      policiesOf(golden).map(({ metadata }) => metadata.name),
    )
    for (const { spec } of bindings) expect(spec.validationActions).toEqual(['Deny'])
    for (const { spec } of policiesOf(golden)) {
      expect(spec.failurePolicy).toBe('Fail')
      expect(spec.matchConditions?.map(({ expression }) => expression)).toEqual([
        "request.userInfo.username == 'system:serviceaccount:slackwater-system:slackwater'",
      ])
    }
  })

  test('of Secrets only the one that it keeps', () => {
    const own = policiesOf(golden).find(({ metadata }) => metadata.name === 'slackwater-own-namespace')
    expect(JSON.stringify(own).includes("'slackwater-certificates'")).toBe(golden === 'default')
  })
})

describe('the names in them are the program’s', () => {
  test.for([
    ['slackwater-workloads', RECORD_ANNOTATION],
    ['slackwater-namespaces', GATES_ANNOTATION],
    ...Object.values(GATE_LABELS).map((label) => ['slackwater-namespaces', label] as const),
    ['slackwater-own-namespace', LEASE_NAME],
    ['slackwater-events', 'slackwater'],
  ] as const)('%s: %s', ([name, key]) => {
    expect(expressionsOf(named(name))).toContain(`'${key}'`)
  })

  test('the probes whose grace is written', () => {
    const { validations = [] } = named('slackwater-workloads').spec
    const probes = validations.find(({ message }) => message.includes('gives a probe'))
    for (const probe of STOPPING_PROBES) expect(probes?.expression).toContain(`c.?${probe}.hasValue()`)
  })

  test('the command of a hook', () => {
    const [shell, flag, script = ''] = execSleep(seconds(45))
    const template = read(`${CHART}/templates/_policy-workloads.tpl`)
    expect(template).toContain(`command[0] == '${shell}'`)
    expect(template).toContain(`command[1] == '${flag}'`)
    const [, pattern = ''] = /command\[2\]\.matches\('([^']+)'\)/.exec(template) ?? []
    expect(script).toMatch(new RegExp(pattern))
  })
})

describe('the record', () => {
  const [, text = ''] =
    /record\.matches\(r'([^']+)'\)/.exec(expressionsOf(named('slackwater-workloads'))) ?? []
  /** As JSON has it: every backslash and quotation mark once more. */
  const pattern = new RegExp(JSON.parse(`"${text}"`) as string)

  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/)
  const time = fc.nat({ max: 86_400 }).map(seconds)
  const names = fc.uniqueArray(name, { maxLength: 5 })
  const mapOf = <T>(value: fc.Arbitrary<T>) =>
    fc
      .uniqueArray(fc.tuple(name, value), { maxLength: 5, selector: ([key]) => key })
      .map((all) => new Map(all))
  const graces = fc
    .record({ livenessProbe: time, startupProbe: time }, { requiredKeys: [] })
    .filter((one) => Object.keys(one).length > 0)
  const record: fc.Arbitrary<InjectionRecord> = fc
    .record({
      grace: fc.option(
        fc.record(
          { before: fc.option(time), after: time, owned: fc.constant(true as const) },
          { requiredKeys: ['before', 'after'] },
        ),
        { nil: undefined },
      ),
      form: fc.constantFrom('sleep', 'exec'),
      sleep: mapOf(time),
      probes: mapOf(graces),
      lifecycles: names.map((all) => new Set(all)),
      annotations: fc.boolean(),
      adopted: fc.option(
        fc.tuple(name, name).map(([one, other]) => `Ingress ${one}/${other}.example`),
        {
          nil: undefined,
        },
      ),
    })
    .map(({ grace, adopted, ...rest }) => ({
      ...rest,
      ...(grace !== undefined && { grace }),
      ...(adopted !== undefined && { adopted }),
    }))

  test('whatever the program writes has the form that the policy wants', () => {
    fc.assert(fc.property(record, (one) => pattern.test(printRecord(one))))
  })

  test('begins with its grace, by which the policy compares it', () => {
    const one = {
      grace: { before: seconds(30), after: seconds(75) },
      form: 'sleep',
      sleep: new Map(),
    } as const
    const printed = printRecord({ ...one, probes: new Map(), lifecycles: new Set(), annotations: false })
    expect(printed.startsWith('{"grace":{"before":30,"after":75},')).toBe(true)
  })

  test.for([
    '',
    '{}',
    '{"sleep":{"a":1},"more":2}',
    '{"sleep":{"a":1},"sleep":{"b":1}}',
    '{"sl\\u0065ep":{"a":1}}',
    ' {"sleep":{}}',
    '{"sleep":{}}\n',
    '{"sleep":{},"adopted":"Ingress shop/web","more":2}',
    '{"sleep":{},"adopted":"run this"}',
  ])('nothing else has: %j', (written) => {
    expect(pattern.test(written)).toBe(false)
  })
})

test('the README has a row for each policy', () => {
  const [, table = ''] =
    /\| policy \| what may change \|\n([\s\S]*?)\n\n/.exec(read(`${CHART}/README.md`)) ?? []
  const rows = [...table.matchAll(/^\| `([a-z-]+)` \| .{20,} \|$/gm)].map(([, row]) => row)
  expect(rows).toEqual(policiesOf('default').map(({ metadata }) => metadata.name))
})
