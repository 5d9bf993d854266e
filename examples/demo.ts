import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { selfSigned } from '../src/certificates/self-signed.ts'
import { endingOf } from '../src/core/decision/aftermath.ts'
import { refText } from '../src/core/model/object-ref.ts'
import { toPod, toWorkload } from '../src/kubernetes/workload.ts'
import { expandPaths } from '../src/manifests/paths.ts'
import { readManifests } from '../src/manifests/read.ts'
import { type PlannedObject, planManifests } from '../src/plan/plan.ts'
import { paperOf } from '../src/render/paint.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import { asApplied, patchedWith, podOf, reviewOf, sendReview, type Webhook } from './api-server.ts'
import { drawClosing, drawOpening, drawScene, type Scene } from './demo-text.ts'
import { EXPECTED, type Expectation } from './expected.ts'

/**
 * The first minute with Slackwater: the real server on a loopback port, every workload of this folder and a Pod
 * sent to it as an API server would, over TLS, and what comes back drawn to scale. Ends with 0 only if every
 * answer was the one that README.md derives by hand.
 */

const FOLDER = path.relative(process.cwd(), import.meta.dirname) || '.'
/** Its folder `sources` holds what `slackwater plan` is there to show. */
const FILES = [...new Set(EXPECTED.map(({ file }) => path.join(FOLDER, file)))]
const LOCALHOST = '127.0.0.1'

interface Running {
  readonly child: ChildProcess
  readonly port: number
}

async function demonstrate(): Promise<boolean> {
  const paper = paperOf({ width: 80, color: process.stdout.isTTY === true && !process.env['NO_COLOR'] })
  const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)
  const scratch = await mkdtemp(path.join(tmpdir(), 'slackwater-demo-'))
  const certificate = await selfSigned([LOCALHOST])
  const server = await startServer(scratch, certificate)
  try {
    print(drawOpening(server.port, paper))
    const webhook = { host: LOCALHOST, port: server.port, ca: certificate.cert }
    const scenes: Scene[] = []
    for (const step of await stepsOf(FILES)) {
      const scene = await play(step, webhook)
      print(drawScene(scene, paper))
      scenes.push(scene)
    }
    print(drawClosing(scenes, paper))
    return scenes.length > EXPECTED.length && scenes.every(({ asExpected }) => asExpected)
  } finally {
    await stopServer(server)
    await rm(scratch, { recursive: true })
  }
}

/** Starts the server as a user would, and waits until it says that it listens. */
async function startServer(
  scratch: string,
  { cert, key }: { readonly cert: string; readonly key: string },
): Promise<Running> {
  const files = { cert: path.join(scratch, 'tls.crt'), key: path.join(scratch, 'tls.key') }
  await writeFile(files.cert, cert)
  await writeFile(files.key, key, { mode: 0o600 })
  const main = path.join(import.meta.dirname, '..', 'src', 'main.ts')
  const tls = ['--tls-cert', files.cert, '--tls-key', files.key]
  const where = ['--host', LOCALHOST, '--port', '0', '--health-port', '0', '--drain-delay', '0']
  const child = spawn(process.execPath, [main, 'serve', '--manifests', ...FILES, ...tls, ...where], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const port = listeningPort(line)
    if (port === undefined) continue
    child.stdout.resume()
    return { child, port }
  }
  throw new Error('the server did not start')
}

function listeningPort(line: string): number | undefined {
  const event: unknown = JSON.parse(line)
  if (typeof event !== 'object' || event === null || !('msg' in event) || event.msg !== 'listening')
    return undefined
  return 'port' in event && typeof event.port === 'number' ? event.port : undefined
}

function stopServer({ child }: Running): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/** One object to be sent. */
interface Step {
  readonly planned: PlannedObject
  readonly expectation: Expectation
  /** Send the Pod that this workload makes, not the workload. */
  readonly asPod: boolean
}

/** Every workload of the folder, and a Pod of each whose template is left to its Pods. */
async function stepsOf(files: readonly string[]): Promise<readonly Step[]> {
  const { sources } = await expandPaths(files, () => Promise.resolve(''))
  const plan = planManifests({
    manifests: readManifests(sources),
    settings: DEFAULT_SETTINGS,
    namespace: 'default',
  })
  return plan.objects.flatMap((planned) => {
    const step = { planned, expectation: expectationOf(planned), asPod: false }
    return step.expectation.into === 'pods' ? [step, { ...step, asPod: true }] : [step]
  })
}

function expectationOf({ manifest, decision }: PlannedObject): Expectation {
  const { kind, name } = decision.subject.ref
  const file = path.basename(manifest.position.file)
  const found = EXPECTED.find((one) => one.file === file && one.kind === kind && one.name === name)
  if (found === undefined) throw new Error(`expected.ts says nothing of ${kind} ${name} in ${file}`)
  return found
}

async function play({ planned, expectation, asPod }: Step, webhook: Webhook): Promise<Scene> {
  const workload = asApplied(planned.manifest.raw, planned.decision.subject.ref.namespace)
  const object = asPod ? podOf(workload) : workload
  const reply = await sendReview(reviewOf(object), webhook)
  const after = patchedWith(object, reply.operations)
  const [before, afterwards] = [object, after].map((one) =>
    endingOf((asPod ? toPod(one) : toWorkload(one)).template),
  )
  if (before === undefined || afterwards === undefined) throw new Error('an object has an end')
  const wanted = asPod || expectation.into === 'template'
  const injected = afterwards.sigterm === expectation.sleep && afterwards.sigkill === expectation.grace
  return {
    planned,
    ...(asPod
      ? { title: `A Pod of ${refText(planned.decision.subject.ref)}`, why: 'a Pod at its creation' }
      : {}),
    before,
    after: afterwards,
    reply,
    expected: wanted
      ? `sleep ${expectation.sleep} s, grace period ${expectation.grace} s`
      : 'nothing is changed here',
    asExpected: reply.allowed && (wanted ? injected : reply.operations.length === 0),
  }
}

// A reader that goes away, such as `head`, must not keep the server from being stopped.
process.stdout.on('error', () => undefined)

process.exitCode = (await demonstrate()) ? 0 : 1
