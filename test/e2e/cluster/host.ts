import { execFileSync } from 'node:child_process'
import { isIPv4 } from 'node:net'

/** Under which address the API server of a given cluster reaches this machine, and with it the webhook. */

const CURE =
  'set SLACKWATER_E2E_HOST to an address of this machine that the API server reaches, and that no firewall closes'

const read = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** How clusters on this machine are reached back, by the beginning of their context's name. */
const LOCAL: readonly { readonly context: RegExp; readonly host: () => string | undefined }[] = [
  {
    context: /^kind-/,
    // In a virtual machine of Docker's the gateway is not this machine; the name is.
    host: () =>
      process.platform === 'linux'
        ? gatewayIn(read('docker', 'network', 'inspect', 'kind'))
        : 'host.docker.internal',
  },
  { context: /^minikube$/, host: () => minikubeHostIn(read('minikube', 'ssh', 'cat /etc/hosts')) },
]

/** @throws with what to set, where it cannot be told. */
export function hostOf(context: string): string {
  const said = process.env['SLACKWATER_E2E_HOST'] ?? ''
  if (said !== '') return said
  const local = LOCAL.find((one) => one.context.test(context))
  const host = local?.host()
  if (host === undefined)
    throw new Error(`where the API server of ${context} reaches this machine is not known: ${CURE}`)
  return host
}

/** The IPv4 gateway in what `docker network inspect` says: this machine, as containers see it. */
export function gatewayIn(text: string): string | undefined {
  const networks = JSON.parse(text) as readonly {
    readonly IPAM: { readonly Config: readonly { readonly Gateway?: string }[] }
  }[]
  return networks
    .flatMap(({ IPAM }) => IPAM.Config.flatMap(({ Gateway }) => Gateway ?? []))
    .find((address) => isIPv4(address))
}

/** In the node's /etc/hosts. */
export const minikubeHostIn = (text: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, ...names]) => names.includes('host.minikube.internal'))?.[0]
