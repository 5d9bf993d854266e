const wordsOf = (className: string): readonly string[] => className.toLowerCase().split(/[^a-z0-9]+/)

/** The kind of load balancer in the name of a class: `aws-alb`, `nlb-internal`. */
export function balancerInName(className: string): 'alb' | 'nlb' | undefined {
  const words = wordsOf(className)
  return (['alb', 'nlb'] as const).find((word) => words.includes(word))
}

/** Names such as `eks-auto-alb` indicate EKS Auto Mode. */
export const controllerInClassName = (className: string): 'auto-mode' | 'lbc' =>
  wordsOf(className).includes('auto') ? 'auto-mode' : 'lbc'

/** Controllers after which people name their class (Kubernetes docs: Ingress Controllers, additional controllers). */
const OTHERS: readonly string[] = [
  'ambassador',
  'apisix',
  'appgw',
  'avi',
  'azure',
  'bfe',
  'caddy',
  'cilium',
  'citrix',
  'cloudflare',
  'contour',
  'easegress',
  'emissary',
  'enroute',
  'envoy',
  'f5',
  'gce',
  'gke',
  'gloo',
  'haproxy',
  'higress',
  'istio',
  'kong',
  'kusk',
  'nginx',
  'ngrok',
  'openshift',
  'pomerium',
  'skipper',
  'tailscale',
  'traefik',
  'tyk',
  'voyager',
  'wallarm',
]

/** Whether a class is called after another controller: `nginx-internal`. */
export const isNameOfAnother = (className: string): boolean =>
  wordsOf(className).some((word) => OTHERS.includes(word))
