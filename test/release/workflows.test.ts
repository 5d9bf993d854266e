import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { HELM_OF_RELEASES } from '../e2e/cluster/parts.ts'
import { COSIGN, ORAS } from '../e2e/cluster/tools.ts'

/** What a workflow may do, and what it runs. A linter knows more of the form: workflows.release.ts. */

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly needs?: string | readonly string[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: unknown
  readonly concurrency?: { readonly 'cancel-in-progress'?: boolean }
  readonly jobs: Readonly<Record<string, Job>>
}

const FILES = globSync('.github/workflows/*.{yml,yaml}').sort()
/** Actions of ours for others run other actions, too. */
const ACTIONS = globSync(['action.{yml,yaml}', '.github/actions/**/action.{yml,yaml}']).sort()
const read = (file: string): string => readFileSync(file, 'utf8')
const parsed = new Map(FILES.map((file) => [file, parse(read(file)) as Workflow]))
const workflow = (file: string): Workflow => parsed.get(file) ?? { on: {}, jobs: {} }
const jobsOf = (file: string): readonly (readonly [name: string, job: Job])[] =>
  Object.entries(workflow(file).jobs)

/** Each line with `uses:`, of an action that is not in this repository. */
const usesIn = (file: string): readonly string[] =>
  read(file)
    .split('\n')
    .filter((line) => /^\s*(?:- )?uses:/.test(line))
    .map((line) => line.replace(/^.*?uses:\s*/, ''))
    .filter((used) => !used.startsWith('./'))

describe.for([...FILES, ...ACTIONS])('%s', (file) => {
  test('pins every action by the hash of a commit, with its version beside it', () => {
    for (const used of usesIn(file)) expect(used).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })
})

test('an action has the same hash wherever it is used', () => {
  const byAction = Map.groupBy([...FILES, ...ACTIONS].flatMap(usesIn), (used) => used.split('@')[0])
  for (const [, used] of byAction) expect(new Set(used).size).toBe(1)
  expect(byAction.size).toBeGreaterThan(0)
})

describe.for(FILES)('%s', (file) => {
  test('gives no right to all jobs, and to each what it names', () => {
    expect(workflow(file).permissions).toEqual({})
    for (const [name, job] of jobsOf(file)) expect(job.permissions, name).toBeDefined()
  })

  test('runs no code of strangers with rights: not on events that give them to a pull request', () => {
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment'])
      expect(Object.keys(workflow(file).on)).not.toContain(event)
  })

  test('ends, and not beside itself', () => {
    expect(workflow(file).concurrency).toBeDefined()
    for (const [name, job] of jobsOf(file)) expect(job['timeout-minutes'], name).toBeGreaterThan(0)
  })

  test('leaves no credentials in a checkout', () => {
    const checkouts = jobsOf(file).flatMap(([, { steps }]) =>
      steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@')),
    )
    expect(checkouts.length).toBeGreaterThan(0)
    for (const { with: options } of checkouts) expect(options?.['persist-credentials']).toBe(false)
  })

  test('puts no expression into a script: a name of a branch would be run', () => {
    for (const [, { steps }] of jobsOf(file))
      for (const { run = '' } of steps) expect(run).not.toContain('${{')
  })

  test('runs scripts that exist', () => {
    for (const [, { steps }] of jobsOf(file))
      for (const { run = '' } of steps)
        for (const [script] of run.matchAll(/(?:\.ci|scripts|plugin|image)\/[\w./-]+/g))
          expect(existsSync(script), script).toBe(true)
  })
})

describe('a release', () => {
  const FILE = '.github/workflows/release.yml'
  const { jobs, concurrency, on } = workflow(FILE)
  const needsOf = (name: string): readonly string[] => [jobs[name]?.needs ?? []].flat()
  const allNeedsOf = (name: string): ReadonlySet<string> =>
    new Set(needsOf(name).flatMap((needed) => [needed, ...allNeedsOf(needed)]))
  const runsOf = (name: string): readonly string[] =>
    (jobs[name]?.steps ?? []).flatMap(({ run }) => run ?? [])
  const writesOf = ({ permissions = {} }: Job): readonly string[] =>
    Object.keys(permissions).filter((right) => permissions[right] === 'write')

  test('is of a tag, and is not canceled half-way', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } })
    expect(concurrency?.['cancel-in-progress']).toBe(false)
  })

  test('writes only where it must', () => {
    expect(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, writesOf(job)]))).toEqual({
      check: [],
      tests: [],
      executables: [],
      assets: [],
      image: ['packages'],
      chart: ['packages'],
      signatures: ['packages', 'id-token', 'attestations'],
      npm: ['id-token'],
      'github-release': ['contents'],
    })
  })

  test('runs no package of others where there is a right to sign or to publish', () => {
    const runs = /\bnpm (?:ci|install|i|run|exec|rebuild|test)\b|\bnpx\b|\.ci\/run|assets\.ts/
    const trusted = Object.entries(jobs).filter(([, job]) => writesOf(job).length > 0)
    for (const [name] of trusted) expect(runsOf(name).join('\n'), name).not.toMatch(runs)
    // The expression finds where they do run.
    for (const name of ['tests', 'executables', 'assets']) expect(runsOf(name).join('\n'), name).toMatch(runs)
  })

  test('offers the signature of the checksums beside what they are of', () => {
    expect(runsOf('signatures')).toContain(
      'cosign sign-blob --yes --bundle SHA256SUMS.sigstore.json assets/SHA256SUMS',
    )
    const artifactsOf = (name: string, action: string): readonly unknown[] =>
      (jobs[name]?.steps ?? [])
        .filter(({ uses = '' }) => uses.startsWith(`actions/${action}@`))
        .map(({ with: options }) => options?.['name'])
    expect(artifactsOf('assets', 'upload-artifact')).toEqual(['assets'])
    expect(artifactsOf('signatures', 'upload-artifact')).toEqual(['signature'])
    expect(artifactsOf('github-release', 'download-artifact')).toEqual(['assets', 'signature'])
  })

  test('publishes nothing before the same checks as for every change have passed', () => {
    expect(runsOf('tests')).toEqual(['bash .ci/run'])
    const ci = jobsOf('.github/workflows/ci.yml').flatMap(([, { steps }]) =>
      steps.flatMap(({ run }) => run ?? []),
    )
    expect(ci).toEqual(['bash .ci/run'])
    for (const [name, job] of Object.entries(jobs))
      if (writesOf(job).length > 0)
        for (const first of ['check', 'tests']) expect(allNeedsOf(name), name).toContain(first)
  })

  test('publishes no version twice: asked before the tests, and before each step that cannot be undone', () => {
    const refusal = 'node scripts/release/refuse-published.ts '
    const [asked = ''] = runsOf('check').filter((run) => run.includes(refusal))
    for (const place of ['github:', 'npm:', 'oci:$IMAGE:', 'oci:$CHARTS/slackwater:'])
      expect(asked).toContain(place)
    for (const [name, publishes] of [
      ['image', 'docker/build-push-action@'],
      ['chart', 'scripts/release/push-chart.ts'],
      ['npm', 'npm publish'],
    ] as const) {
      const steps = (jobs[name]?.steps ?? []).map(({ uses, run }) => uses ?? run ?? '')
      const at = steps.findIndex((step) => step.includes(publishes))
      expect(at, name).toBeGreaterThan(0)
      expect(
        steps.slice(0, at).some((step) => step.startsWith(refusal)),
        name,
      ).toBe(true)
    }
  })

  test('tells people of it at last, when all is there', () => {
    expect(allNeedsOf('github-release')).toEqual(
      new Set(['check', 'tests', 'executables', 'assets', 'image', 'chart', 'signatures', 'npm']),
    )
  })

  test('publishes an image for two platforms, with SBOM and provenance', () => {
    const { with: options = {} } = jobs['image']?.steps.find(({ id }) => id === 'push') ?? {}
    expect(options).toMatchObject({
      platforms: 'linux/amd64,linux/arm64',
      sbom: true,
      provenance: 'mode=max',
    })
  })

  test('signs by digest only', () => {
    const signed = runsOf('signatures').filter((run) => /^cosign (?:sign|attest) /.test(run))
    expect(signed.map((run) => run.split(' ').at(-1))).toEqual([
      '"$IMAGE@$DIGEST"',
      '"$IMAGE@$DIGEST"',
      '"$CHART"',
    ])
  })

  test('publishes to npm by trusted publishing: with provenance, without a token, and nothing that would write one', () => {
    expect(runsOf('npm').at(-1)).toMatch(/^npm publish .* --provenance --access public --tag "\$NPM_TAG"$/)
    expect(JSON.stringify(jobs['npm'])).not.toMatch(/secrets|NODE_AUTH_TOKEN|registry-url/)
  })

  test('takes what is tested: the tools in the versions that the tests build', () => {
    const versionOf = (action: string, option: string): readonly unknown[] => [
      ...new Set(
        Object.values(jobs)
          .flatMap(({ steps }) => steps)
          .filter(({ uses = '' }) => uses.startsWith(`${action}@`))
          .map(({ with: options }) => options?.[option]),
      ),
    ]
    expect(versionOf('oras-project/setup-oras', 'version')).toEqual([ORAS.version.slice(1)])
    expect(versionOf('sigstore/cosign-installer', 'cosign-release')).toEqual([COSIGN.version])
    expect(versionOf('azure/setup-helm', 'version')).toEqual([`v${HELM_OF_RELEASES}`])
  })
})

describe('docs/releasing.md', () => {
  const page = readFileSync('docs/releasing.md', 'utf8')

  test('has each job of the release, in their order', () => {
    const [, table = ''] = page.split('| job | what it does |')
    const jobs = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)
    expect(jobs).toEqual(Object.keys(workflow('.github/workflows/release.yml').jobs))
  })

  test('verifies by the identity of that workflow, and of its tag', () => {
    const identities = [...page.matchAll(/--certificate-identity (\S+)/g)].map(([, identity]) => identity)
    expect(identities.length).toBe(4)
    expect(new Set(identities)).toEqual(
      new Set([
        `https://github.com/slackwater/slackwater/.github/workflows/release.yml@refs/tags/v${packageJson.version}`,
      ]),
    )
  })
})
