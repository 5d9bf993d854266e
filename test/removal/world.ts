import type { Scope } from '../../src/removal/find-workloads.ts'
import type { Removal } from '../../src/removal/removal.ts'
import { type RemovalOptions, remove } from '../../src/removal/remove.ts'
import { survey } from '../../src/removal/survey.ts'
import { killSwitch } from '../../src/removal/webhooks.ts'
import { injected, type JsonObject } from '../admission/world.ts'
import {
  apiAt,
  BUILT_IN,
  DEPLOYMENTS,
  FakeApiServer,
  type FakeObject,
  PODS,
  REPLICA_SETS,
  VALIDATING_WEBHOOKS,
} from '../cluster/fake-api-server.ts'
import { FakeClock, Traffic } from '../controller/fake-clock.ts'

export { killSwitch }

type Metadata = FakeObject['metadata']

const generationOf = ({ metadata }: FakeObject): number => Number(metadata['generation'] ?? 1)

/** Every replica of the template as it stands. */
export const rolledOut = (generation = 1): JsonObject => ({
  observedGeneration: generation,
  replicas: 3,
  updatedReplicas: 3,
  availableReplicas: 3,
})

/** A cluster of the fake API server whose rollouts end when a test says so, and the command at work on it. */
export class Cluster {
  readonly server = new FakeApiServer()
  readonly traffic = new Traffic()
  readonly clock = new FakeClock(() => this.traffic.settled())
  /** What was told while it worked. */
  readonly told: string[] = []
  port = 0

  async start(): Promise<void> {
    this.server.serve(...BUILT_IN, VALIDATING_WEBHOOKS, REPLICA_SETS, PODS)
    this.server.admission = withGeneration
    this.port = await this.server.start()
  }

  /** A Deployment that is rolled out. */
  deployment(name: string, template: JsonObject = injected(), metadata: Partial<Metadata> = {}): void {
    this.server.put(DEPLOYMENTS, {
      metadata: { name, namespace: 'shop', generation: 1, ...metadata },
      spec: { replicas: 3, template },
      status: rolledOut(),
    })
  }

  /** Its controller has replaced every Pod. */
  finish(name: string, namespace = 'shop'): void {
    const object = this.server.stored(DEPLOYMENTS, name, namespace)
    if (object === undefined) throw new Error(`no ${name}`)
    this.server.put(DEPLOYMENTS, { ...object, status: rolledOut(generationOf(object)) })
  }

  templateOf(name: string, namespace = 'shop'): unknown {
    const { spec } = this.server.stored(DEPLOYMENTS, name, namespace) as unknown as { spec: JsonObject }
    return spec['template']
  }

  /** Deployments whose template was written, in order; dry runs are not counted. */
  written(): readonly string[] {
    return this.server.writes
      .filter(
        ({ query, body }) => query['dryRun'] === undefined && JSON.stringify(body).includes('/spec/template'),
      )
      .map(({ path }) => path.split('/').at(-1) ?? '')
  }

  get api() {
    return this.traffic.through(apiAt(this.port))
  }

  find(scope: Scope = {}, labels = true) {
    return survey({ api: this.api, scope, labels, signal: new AbortController().signal })
  }

  async remove(further: Partial<RemovalOptions> = {}, scope: Scope = {}): Promise<Removal> {
    return remove(await this.find(scope), {
      api: this.api,
      batch: 2,
      pause: 10_000,
      timeout: 60_000,
      slackwaterNamespace: 'slackwater-system',
      clock: this.clock,
      signal: new AbortController().signal,
      tell: (line) => void this.told.push(line),
      ...further,
    })
  }

  /** With time passing, and every rollout done as soon as it is begun. */
  async removeAtOnce(further: Partial<RemovalOptions> = {}, scope: Scope = {}): Promise<Removal> {
    const done = this.remove(further, scope)
    let result: Removal | undefined
    void done.then((removal) => {
      result = removal
    })
    for (let rounds = 0; result === undefined && rounds < 100; rounds++) {
      await this.clock.pass(1000)
      for (const name of new Set(this.written())) this.finish(name)
    }
    return done
  }
}

/** The API server counts the changes of a spec. */
function withGeneration(object: FakeObject, current: FakeObject | undefined): FakeObject {
  const isChanged = JSON.stringify(object['spec']) !== JSON.stringify(current?.['spec'])
  if (current === undefined || !isChanged || object['spec'] === undefined) return object
  return { ...object, metadata: { ...object.metadata, generation: generationOf(current) + 1 } }
}
