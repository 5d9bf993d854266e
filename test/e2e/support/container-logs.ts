import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { cluster } from './cluster.ts'
import { jsonOf } from './json.ts'
import { stored } from './kubectl.ts'
import { waitFor } from './slackwater.ts'

/** What the program of test/e2e/images/server writes. */
export interface LogEvent {
  readonly event: 'start' | 'SIGTERM' | 'exit'
  readonly container: string
  /** Milliseconds since 1970, by the clock of the node. */
  readonly at: number
}

export interface FollowedLogs {
  /** Waits until the containers have ended. @returns every line since they began. */
  end(): Promise<readonly LogEvent[]>
}

/** The API server serves a log only as long as the container is there: it must be followed before the Pod goes. */
export async function followLogs(namespace: string, pod: string): Promise<FollowedLogs> {
  const lines: LogEvent[] = []
  const args = ['logs', '--follow', '--all-containers', '--max-log-requests=20', '-n', namespace, pod]
  const child = spawn(cluster.kubectl, args, {
    env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = jsonOf(line) as LogEvent | undefined
    if (event !== undefined) lines.push(event)
  })
  const names = await containersOf(namespace, pod)
  const isHeard = (name: string) => lines.some(({ container }) => container === name)
  await waitFor(() => names.every(isHeard) || undefined, 60_000, `the logs of ${names.join(', ')}`)
  return {
    end: async () => {
      await ended
      return lines
    },
  }
}

async function containersOf(namespace: string, pod: string): Promise<readonly string[]> {
  const { spec } = await stored<{
    readonly spec: Readonly<Record<'containers' | 'initContainers', readonly { readonly name: string }[]>>
  }>(['pod', pod, '-n', namespace])
  return [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name)
}
