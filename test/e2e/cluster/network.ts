import { execFileSync } from 'node:child_process'

/**
 * A network namespace of the cluster's own: nothing in it can leave, and nothing of it clashes with what else runs on
 * the machine. The bridge is what Pods hang on; kubelet and API server find "their" address by its default route.
 */
export interface Network {
  readonly name: string
}

const BRIDGE = 'slackwater0'
/** Of the first node. */
export const NODE = 'e2e'
/** Of the nodes. */
export const [ADDRESS, SECOND_ADDRESS] = ['10.88.0.1', '10.88.0.2'] as const

const ip = (...args: readonly string[]): void =>
  void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })

/** @throws where the machine does not allow it. */
export function createNetwork(name: string): Network {
  ip('netns', 'add', name)
  const inside = (...args: readonly string[]): void => ip('-n', name, ...args)
  inside('link', 'set', 'lo', 'up')
  inside('link', 'add', BRIDGE, 'type', 'bridge')
  for (const address of [ADDRESS, SECOND_ADDRESS]) inside('addr', 'add', `${address}/16`, 'dev', BRIDGE)
  inside('link', 'set', BRIDGE, 'up')
  inside('route', 'add', 'default', 'via', '10.88.255.254', 'dev', BRIDGE)
  return { name }
}

export function removeNetwork({ name }: Network): void {
  ip('netns', 'delete', name)
}

/**
 * The command, in the namespace. Not `ip netns exec`: that mounts a fresh /sys, in which a kubelet finds no cgroups.
 */
export const within = ({ name }: Network, command: readonly string[]): readonly string[] => [
  'nsenter',
  `--net=/run/netns/${name}`,
  ...command,
]

/**
 * For the bridge plugin of the container network interface; the bridge is there already.
 * @param dataDir where addresses that are taken are noted: of this cluster only.
 */
export const cniConfiguration = (dataDir: string) => ({
  cniVersion: '0.4.0',
  name: 'e2e',
  plugins: [
    {
      type: 'bridge',
      bridge: BRIDGE,
      isGateway: false,
      ipMasq: false,
      ipam: {
        type: 'host-local',
        dataDir,
        ranges: [[{ subnet: '10.88.0.0/16', rangeStart: '10.88.1.1' }]],
        routes: [{ dst: '0.0.0.0/0', gw: ADDRESS }],
      },
    },
    { type: 'loopback' },
  ],
})
