import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { Account } from '../../lab/aws/account.ts'
import { startStandIn } from '../../lab/aws/stand-in.ts'
import { type ControllerEvent, controllerLine } from '../../lab/plane/controller-log.ts'
import type { PlayedRequest } from '../../lab/plane/played.ts'
import { Random } from '../../lab/plane/random.ts'
import { RealNodes } from '../../lab/real/nodes.ts'
import { stored } from './kubectl.ts'
import type { LoadBalancer } from './load-balancer.ts'

/**
 * A load balancer whose registrations are real calls of AWS's client to the stand-in of the laboratory, and whose nodes send
 * real requests to the addresses of real Pods. It leaves behind what AWS and the controller would: access logs and a log.
 */
export interface MeasuredLoadBalancer {
  /** For the played controller. */
  readonly forController: LoadBalancer
  /** Names of Pods by their addresses. */
  readonly pods: ReadonlyMap<string, string>
  /** When the call of each Pod's deregistration had returned. Milliseconds since 1970. */
  readonly deregistered: ReadonlyMap<string, number>
  /** Waits for what is open, and writes `AWSLogs` and `lbc.log` into the folder. @returns every request. */
  write(folder: string): Promise<readonly PlayedRequest[]>
  stop(): Promise<void>
}

export interface MeasuredOptions {
  readonly namespace: string
  readonly port: number
  readonly requestsPerSecond: number
  /** P, in seconds. */
  readonly propagation: number
}

interface StoredPod {
  readonly status: { readonly podIP?: string }
}

export async function startMeasured(options: MeasuredOptions): Promise<MeasuredLoadBalancer> {
  const account = new Account()
  const alb = account.addLoadBalancer({ name: 'measured' })
  const targetGroup = account.addTargetGroup({ name: 'k8s-measured-web', loadBalancers: [alb] })
  const standIn = await startStandIn(account)
  const client = new ElasticLoadBalancingV2Client({
    region: account.region,
    endpoint: standIn.url,
    credentials: { accessKeyId: 'e2e', secretAccessKey: 'e2e' },
  })
  const names = { loadBalancer: alb.slice(alb.indexOf('app/')), targetGroup }
  const nodes = new RealNodes({ account, names, seed: 1, nodes: 3, ...options })
  const calls = new Calls(client, targetGroup, options)
  return {
    forController: {
      register: (pod) => {
        const calling = calls.register(pod)
        calls.add(calling)
        return calling
      },
      deregister: (pod) => calls.add(calls.deregister(pod)),
      begin: () => nodes.begin(),
      end: () => Promise.reject(new Error('what was lost is in the access logs')),
    },
    pods: calls.pods,
    deregistered: calls.deregistered,
    write: async (folder) => {
      await calls.all()
      const { requests, log } = await nodes.end()
      await mkdir(folder, { recursive: true })
      await log.write(folder, account, new Random(1))
      await writeFile(path.join(folder, 'lbc.log'), calls.log())
      return requests
    },
    stop: async () => {
      await nodes.end()
      client.destroy()
      await standIn.stop()
    },
  }
}

/** Calls of the controller, with what it logs of them. */
class Calls {
  readonly pods = new Map<string, string>()
  readonly deregistered = new Map<string, number>()
  readonly #client: ElasticLoadBalancingV2Client
  readonly #targetGroup: string
  readonly #options: MeasuredOptions
  readonly #addresses = new Map<string, string>()
  readonly #events: ControllerEvent[] = []
  readonly #calls: Promise<void>[] = []

  constructor(client: ElasticLoadBalancingV2Client, targetGroup: string, options: MeasuredOptions) {
    this.#client = client
    this.#targetGroup = targetGroup
    this.#options = options
  }

  add(calling: Promise<void>): void {
    this.#calls.push(calling)
  }

  /** @throws if one of them failed. */
  async all(): Promise<void> {
    await Promise.all(this.#calls)
  }

  async register(pod: string): Promise<void> {
    const { status } = await stored<StoredPod>(['pod', pod, '-n', this.#options.namespace])
    const { podIP: ip } = status
    if (ip === undefined) throw new Error(`${pod} is ready and has no address`)
    this.pods.set(ip, pod)
    this.#addresses.set(pod, ip)
    await this.#call(ip, ['registering targets', 'registered targets'], RegisterTargetsCommand)
  }

  async deregister(pod: string): Promise<void> {
    const ip = this.#addresses.get(pod)
    // Never registered.
    if (ip === undefined) return
    await this.#call(ip, ['deRegistering targets', 'deRegistered targets'], DeregisterTargetsCommand)
    this.deregistered.set(pod, Date.now())
  }

  /** With the time at which each line is read, as `kubectl logs --timestamps` has it. */
  log(): string {
    return this.#events.map((event) => controllerLine(event, true)).join('')
  }

  async #call(
    ip: string,
    [before, after]: readonly [ControllerEvent['msg'], ControllerEvent['msg']],
    Command: typeof RegisterTargetsCommand | typeof DeregisterTargetsCommand,
  ): Promise<void> {
    const { port } = this.#options
    const targetGroup = this.#targetGroup
    this.#events.push({ at: Date.now(), msg: before, targetGroup, ip, port })
    await this.#client.send(new Command({ TargetGroupArn: targetGroup, Targets: [{ Id: ip, Port: port }] }))
    this.#events.push({ at: Date.now(), msg: after, targetGroup, ip, port })
  }
}
