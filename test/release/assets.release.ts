import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { json, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { helmProgram } from '../e2e/cluster/parts.ts'

/** Everything that a release offers, made as its workflow makes it, and published to npm as far as a machine of its own goes. */

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { version } = packageJson
const out = path.join(mkdtempSync(path.join(tmpdir(), 'slackwater-release-')), 'assets')
const NPM = path.join(out, `slackwater-npm-${version}.tgz`)

const EXECUTABLES = ['linux-amd64', 'linux-arm64', 'darwin-arm64'].map(
  (platform) => `slackwater-${version}-${platform}.tar.gz`,
)

beforeAll(() => {
  // The real ones are made on a machine of each platform; what matters here is their names.
  const executables = mkdtempSync(path.join(tmpdir(), 'slackwater-executables-'))
  for (const name of EXECUTABLES) writeFileSync(path.join(executables, name), name)
  execFileSync(process.execPath, ['scripts/release/assets.ts', '--out', out, '--executables', executables], {
    env: { ...process.env, HELM_BIN: helmProgram(say), SLACKWATER_BUILT: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
})

const unpacked = (archive: string, file: string): string =>
  execFileSync('tar', ['--extract', '--to-stdout', '--file', path.join(out, archive), file], {
    encoding: 'utf8',
  })

test('every asset is there, under a name of its own, and sha256sum accepts it', () => {
  const assets = [
    ...EXECUTABLES,
    'kubectl-slackwater.tar.gz',
    `slackwater-${version}.spdx.json`,
    `slackwater-chart-${version}.tgz`,
    `slackwater-npm-${version}.tgz`,
    'slackwater.yaml',
  ]
  expect(readdirSync(out).sort()).toEqual(['SHA256SUMS', ...assets].sort())
  const checked = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
    cwd: out,
    encoding: 'utf8',
  })
  expect(checked.stdout).toBe(
    assets
      .toSorted()
      .map((name) => `${name}: OK\n`)
      .join(''),
  )
  expect(checked.status).toBe(0)
})

test('each has the version', () => {
  expect(JSON.parse(unpacked(`slackwater-npm-${version}.tgz`, 'package/package.json'))).toMatchObject({
    version,
  })
  expect(unpacked(`slackwater-chart-${version}.tgz`, 'slackwater/Chart.yaml')).toContain(
    `\nappVersion: ${version}\n`,
  )
  expect(readFileSync(path.join(out, 'slackwater.yaml'), 'utf8')).toContain(`  version: v${version}\n`)
})

test('the manifest of the plugin has the checksum of its archive', () => {
  const [, sum] = /sha256: ([0-9a-f]{64})/.exec(readFileSync(path.join(out, 'slackwater.yaml'), 'utf8')) ?? []
  expect(readFileSync(path.join(out, 'SHA256SUMS'), 'utf8')).toContain(`${sum}  kubectl-slackwater.tar.gz\n`)
})

test('a second time into the same folder is refused', () => {
  const again = spawnSync(process.execPath, ['scripts/release/assets.ts', '--out', out], { encoding: 'utf8' })
  expect(again.status).toBe(1)
  expect(again.stderr).toContain('is not empty')
})

/** What npm's registry gets of a new version. */
interface Publication {
  readonly access: string
  readonly 'dist-tags': Readonly<Record<string, string>>
  readonly versions: Readonly<
    Record<string, { readonly repository: unknown; readonly dist: { readonly integrity: string } }>
  >
  readonly _attachments: Readonly<Record<string, { readonly length: number }>>
}

describe('npm publish, to a registry on this machine that takes a version once', () => {
  let server: Server
  let registry = ''
  let published: Publication | undefined

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.method === 'PUT') {
      published = (await json(request)) as Publication
      return reply(201, { ok: true })
    }
    await text(request)
    if (published === undefined) return reply(404, { error: 'Not found' })
    return reply(200, { name: 'slackwater', ...published })
  }

  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    registry = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  })
  afterAll(() => server.close())

  const npm = async (...args: readonly string[]) => {
    const token = `--${registry.replace('http:', '')}/:_authToken=none`
    // As it prints where nobody has silenced it with `npm run -s`.
    const child = spawn('npm', [...args, '--loglevel=notice', `--registry=${registry}`, token], {
      cwd: tmpdir(),
      env: { ...process.env, npm_config_cache: path.join(out, '..', 'npm-cache') },
    })
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ])
    return { code, stdout, stderr }
  }
  const publish = (...options: readonly string[]) =>
    // Provenance needs the identity of a workflow.
    npm('publish', NPM, '--access', 'public', '--tag', 'latest', '--provenance=false', ...options)
  const refusal = async () => {
    const script = path.resolve('scripts/release/refuse-published.ts')
    const child = spawn(process.execPath, [script, `npm:slackwater@${version}`], {
      env: {
        ...process.env,
        npm_config_registry: registry,
        npm_config_cache: path.join(out, '..', 'npm-cache'),
      },
    })
    const [stderr, [code]] = await Promise.all([
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ])
    return { code, stderr }
  }

  test('a dry run publishes nothing, and lists what it would', async () => {
    const { code, stderr } = await publish('--dry-run')
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(`name: slackwater`)
    expect(stderr).toContain('dist/main.js')
    expect(published).toBeUndefined()
    expect(await refusal()).toEqual({ code: 0, stderr: '' })
  })

  test('the archive is published as it is, with a repository that provenance can be checked against', async () => {
    const { code, stderr } = await publish()
    expect(code, stderr).toBe(0)
    expect(published).toMatchObject({ access: 'public', 'dist-tags': { latest: version } })
    // npm compares it with the repository of the workflow; GitHub's short form has failed for others.
    expect(published?.versions[version]?.repository).toEqual({
      type: 'git',
      url: 'git+https://github.com/slackwater/slackwater.git',
    })
    const [attachment] = Object.values(published?._attachments ?? {})
    expect(attachment?.length).toBe(readFileSync(NPM).length)
  })

  test('the same version a second time is refused: by us, and by npm', async () => {
    expect(await refusal()).toEqual({
      code: 1,
      stderr: `release: npm:slackwater@${version} is published already; a version is never published twice\n`,
    })
    const { code, stderr } = await publish()
    expect(code).toBe(1)
    expect(stderr).toContain('You cannot publish over the previously published versions')
  })
})
