import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { ADDRESS, NODE } from './network.ts'
import { start } from './processes.ts'

/** kube-proxy, so that Pods and the API server reach Services; in the network namespace that the caller is in. */
export interface ServiceNetworkOptions {
  readonly folder: string
  readonly kubeProxy: string
  readonly kubeconfig: string
}

export function startServiceNetwork({ folder, kubeProxy, kubeconfig }: ServiceNetworkOptions): void {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
  const config = path.join(folder, 'kube-proxy.yaml')
  writeFileSync(
    config,
    stringify({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      mode: 'iptables',
      clientConnection: { kubeconfig },
      hostnameOverride: NODE,
      bindAddress: ADDRESS,
      healthzBindAddress: '127.0.0.1:10256',
      metricsBindAddress: '127.0.0.1:10249',
      // These are the machine's, and not ours to set.
      conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
      // All Pods hang on one bridge: an answer would go straight back, past the translation of its address.
      iptables: { masqueradeAll: true },
    }),
  )
  start(folder, { name: 'kube-proxy', command: [kubeProxy, `--config=${config}`] })
}
