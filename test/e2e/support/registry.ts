import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { start, stop, until } from '../cluster/processes.ts'
import { oras, registry } from '../cluster/tools.ts'

/**
 * A registry on this machine, and what a release puts into one, by the scripts of a release. A cluster's network has nothing
 * else on this port; containerd and Helm take 127.0.0.1 for a registry that speaks HTTP.
 */

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const NAME = 'registry'
const PORT = 5000
/** Milliseconds; a choice. */
const START = 60_000

export interface LocalRegistry {
  /** `127.0.0.1:5000`, as references begin. */
  readonly address: string
  stop(): Promise<void>
}

/** @param folder for its storage and its log. */
export async function startRegistry(folder: string): Promise<LocalRegistry> {
  const address = `127.0.0.1:${PORT}`
  const config = path.join(folder, 'registry.yaml')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    config,
    stringify({
      version: 0.1,
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: path.join(folder, 'registry') } },
      http: { addr: address },
    }),
  )
  // Else it looks for somebody to send traces to.
  const quiet = ['env', 'OTEL_TRACES_EXPORTER=none']
  start(folder, { name: NAME, command: [...quiet, registry(say), 'serve', config] })
  const isAnswering = (): Promise<boolean> =>
    fetch(`http://${address}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until('the registry answers', isAnswering, { within: START, log: path.join(folder, `${NAME}.log`) })
  return { address, stop: () => stop(folder, NAME) }
}

/** @param archive of one image, an OCI layout. @returns it by digest, `127.0.0.1:5000/…@sha256:…`. */
export function pushImage({ address }: LocalRegistry, archive: string, name: string): string {
  const index: unknown = JSON.parse(
    execFileSync('tar', ['--extract', '--to-stdout', '--file', archive, 'index.json'], { encoding: 'utf8' }),
  )
  const { manifests = [] } = index as { readonly manifests?: readonly { readonly digest: string }[] }
  const [{ digest } = { digest: '' }] = manifests
  const repository = `${address}/${name.replace(/:[^:/]*$/, '')}`
  execFileSync(
    oras(say),
    [
      ...['cp', '--from-oci-layout', `${archive}@${digest}`],
      ...['--to-plain-http', `${address}/${name}`, '--no-tty'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  return `${repository}@${digest}`
}

/** @param helm the program. @returns the chart by digest. */
export function pushChart({ address }: LocalRegistry, archive: string, helm: string): string {
  const script = path.resolve('scripts/release/push-chart.ts')
  const said = execFileSync(process.execPath, [script, archive, `${address}/slackwater/charts`], {
    encoding: 'utf8',
    env: { ...process.env, HELM_BIN: helm, ORAS_BIN: oras(say) },
  })
  return said.trim().replace(/^chart=/, '')
}

/** Everything that a release offers. @param folder that is empty, or not there. */
export function makeAssets(folder: string, helm: string): void {
  execFileSync(process.execPath, [path.resolve('scripts/release/assets.ts'), '--out', folder], {
    env: { ...process.env, HELM_BIN: helm, SLACKWATER_BUILT: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}
