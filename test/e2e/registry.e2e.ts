import { spawnSync } from 'node:child_process'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { forgetImage } from './cluster/node.ts'
import { cosign, oras } from './cluster/tools.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { helm, helmBy, makeRoom, NAMESPACE, RELEASE, uninstall } from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, run, storedAll } from './support/kubectl.ts'
import { protectedNext } from './support/protected-next.ts'
import { type LocalRegistry, makeAssets, pushChart, pushImage, startRegistry } from './support/registry.ts'
import { INGRESS_CLASS, ingress, service } from './support/shop.ts'

/** A release that goes to a registry on this machine, and is installed from there as people install it. */

const NEEDS = ['pods', 'helm', 'helm4', 'controllers', 'control plane', 'go'] as const

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const folder = path.join(cluster.folder, 'release')
const assets = path.join(folder, 'assets')
const { version } = packageJson

let registry: LocalRegistry
/** By digest. */
let image = ''
let chart = ''

const namespaces = createNamespaces()

beforeAll(async () => {
  if (!has(...NEEDS)) return
  registry = await startRegistry(cluster.folder)
  makeAssets(assets, cluster.helm ?? '')
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await uninstall()
  await namespaces.remove()
  await registry.stop()
})

/** A script of scripts/release, with oras by its usual name on the PATH. */
function script(name: string, ...args: readonly string[]) {
  const file = path.resolve('scripts/release', name)
  const PATH = `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', env: { ...process.env, PATH } })
}

/** Without what a try before, or another file, has put there. */
async function emptied(): Promise<void> {
  await registry.stop()
  rmSync(path.join(cluster.folder, 'registry'), { recursive: true, force: true })
  registry = await startRegistry(cluster.folder)
}

caseOf('the image and the chart are pushed; a version that is there is refused', NEEDS, async () => {
  await emptied()
  rmSync(path.join(folder, 'oras'), { force: true })
  symlinkSync(oras(say), path.join(folder, 'oras'))
  const { address } = registry
  const references = [
    `oci:${address}/slackwater/slackwater:${version}`,
    `oci:${address}/slackwater/charts/slackwater:${version}`,
  ]
  expect(script('refuse-published.ts', ...references)).toMatchObject({ status: 0, stderr: '' })

  const archive = cluster.nodes?.images.find((one) => one.endsWith('/slackwater.tar')) ?? ''
  image = pushImage(registry, archive, `slackwater/slackwater:${version}`)
  chart = pushChart(registry, path.join(assets, `slackwater-chart-${version}.tgz`), cluster.helm ?? '')
  expect(image).toMatch(/^127\.0\.0\.1:5000\/slackwater\/slackwater@sha256:[0-9a-f]{64}$/)
  expect(chart).toMatch(/^127\.0\.0\.1:5000\/slackwater\/charts\/slackwater@sha256:[0-9a-f]{64}$/)

  const { status, stderr } = script('refuse-published.ts', ...references)
  expect(status).toBe(1)
  expect(stderr.match(/is published already; a version is never published twice/g)).toHaveLength(2)
  // Another version of what is there, and one that nobody can ask about.
  expect(script('refuse-published.ts', `${references[1]}-rc.1`).status).toBe(0)
  const unknown = script('refuse-published.ts', `oci:127.0.0.1:1/slackwater:${version}`)
  expect(unknown.status).toBe(1)
  expect(unknown.stderr).toContain('it is not known whether it is published')
})

caseOf('Helm 4 pushes the chart as Helm 3 does: the same archive', NEEDS, async () => {
  const archive = path.join(assets, `slackwater-chart-${version}.tgz`)
  const name = (reference: string): string => reference.split('@')[0] ?? ''
  const again = pushChart(registry, archive, cluster.helm4 ?? '')
  expect(name(again)).toBe(name(chart))
  const layer = async (reference: string) => {
    const { out } = await run(oras(say), ['manifest', 'fetch', '--plain-http', reference])
    return (JSON.parse(out) as { readonly layers: readonly { readonly digest: string }[] }).layers[0]?.digest
  }
  expect(await layer(again)).toBe(await layer(chart))
  chart = again
})

caseOf('Artifact Hub finds its metadata under the tag artifacthub.io', NEEDS, async () => {
  const reference = `${registry.address}/slackwater/charts/slackwater:artifacthub.io`
  const { out } = await run(oras(say), ['manifest', 'fetch', '--plain-http', reference])
  expect(JSON.parse(out)).toMatchObject({
    config: { mediaType: 'application/vnd.cncf.artifacthub.config.v1+yaml' },
    layers: [{ mediaType: 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml' }],
  })
})

/** Keys instead of an identity, and nothing is asked: no authority and no log is reached from here. */
function signing() {
  const program = cosign(say)
  const at = (name: string): string => path.join(folder, name)
  const env = { ...process.env, COSIGN_PASSWORD: '' }
  const call = (...args: readonly string[]) =>
    spawnSync(program, args, { cwd: folder, encoding: 'utf8', env })
  const roots = call('trusted-root', 'create', '--out', at('trusted-root.json'))
  expect(roots.status, roots.stderr).toBe(0)
  writeFileSync(at('signing-config.json'), call('signing-config', 'create').stdout)
  // It asks before it writes over those of a try before.
  for (const name of ['cosign.key', 'cosign.pub']) rmSync(at(name), { force: true })
  expect(call('generate-key-pair').status).toBe(0)
  const offline = ['--trusted-root', at('trusted-root.json')]
  const sign = [
    ...['--yes', '--key', at('cosign.key'), '--signing-config', at('signing-config.json'), ...offline],
    '--allow-http-registry',
  ]
  const verify = ['--key', at('cosign.pub'), '--insecure-ignore-tlog=true', '--allow-http-registry']
  return { call, sign, verify }
}

caseOf(
  'cosign signs both by digest, and the SBOM of the image; whoever verifies them agrees',
  NEEDS,
  async () => {
    const { call, sign, verify } = signing()
    expect(call('verify', ...verify, image).status).not.toBe(0)
    for (const reference of [image, chart]) {
      const signed = call('sign', ...sign, '--recursive', reference)
      expect(signed.status, signed.stderr).toBe(0)
      const verified = call('verify', ...verify, reference)
      expect(verified.status, verified.stderr).toBe(0)
      expect(verified.stdout).toContain(reference.split('@')[1])
    }
    const sbom = path.join(assets, `slackwater-${version}.spdx.json`)
    const attested = call('attest', ...sign, '--type', 'spdxjson', '--predicate', sbom, image)
    expect(attested.status, attested.stderr).toBe(0)
    const seen = call('verify-attestation', ...verify, '--type', 'spdxjson', image)
    expect(seen.status, seen.stderr).toBe(0)
    const { payload } = JSON.parse(seen.stdout) as { readonly payload: string }
    expect(Buffer.from(payload, 'base64').toString()).toContain('pkg:npm/fastify@')
  },
)

caseOf(
  'helm install oci://…: the node pulls the image by its digest, and Slackwater protects',
  NEEDS,
  async () => {
    const [repository = '', pinned = ''] = image.split('@')
    // What a try before has left would be in the way.
    await uninstall()
    forgetImage(cluster.folder, image)
    await helm(
      ...['install', RELEASE, `oci://${chart}`, '--plain-http', '-n', NAMESPACE, '--create-namespace'],
      ...['--set', `image.repository=${repository}`, '--set', `image.digest=${pinned}`],
      ...['--set', 'termination.sleepSeconds=1', '--set', 'termination.drainSeconds=1'],
      ...['--wait', '--timeout', '300s'],
    )
    const pods = await storedAll<{
      readonly status: { readonly containerStatuses: readonly { readonly imageID: string }[] }
    }>(['pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=slackwater'])
    const ids = pods.flatMap(({ status }) => status.containerStatuses.map(({ imageID }) => imageID))
    expect(ids.length).toBeGreaterThan(0)
    // Where a node has the same image by several names, this is the first of them; the digest is the same.
    for (const id of ids) expect(id.split('@')[1]).toBe(pinned)
    // The node has the same layers under another name; it asked the registry all the same.
    const pulled = await kubectlOk(['get', 'events', '-n', NAMESPACE, '--field-selector', 'reason=Pulled'])
    expect(pulled.out).toContain(`Successfully pulled image "${image}"`)
    const namespace = await namespaces.with(service(), ingress())
    expect(await protectedNext(namespace)).toMatchObject({ recorded: true })
  },
  480_000,
)

caseOf('helm test passes', NEEDS, async () => {
  await helm('test', RELEASE, '-n', NAMESPACE, '--timeout', '180s')
})

caseOf(
  'Helm 4 upgrades it from the registry by version, as people type it, and takes it out',
  NEEDS,
  async () => {
    const [repository = ''] = chart.split('@')
    await helmBy('helm4', [
      ...['upgrade', RELEASE, `oci://${repository}`, '--version', version, '--plain-http', '-n', NAMESPACE],
      ...['--reset-then-reuse-values', '--wait', '--timeout', '300s'],
    ])
    await helmBy('helm4', ['uninstall', RELEASE, '-n', NAMESPACE])
    const left = await kubectl(['get', 'mutatingwebhookconfigurations', '-o', 'name'])
    expect(left.out).not.toContain('slackwater')
  },
  480_000,
)
