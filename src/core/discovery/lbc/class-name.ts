const wordsOf = (className: string): readonly string[] => className.toLowerCase().split(/[^a-z0-9]+/)

/** The kind of load balancer in the name of a class: `aws-alb`, `nlb-internal`. */
export function balancerInName(className: string): 'alb' | 'nlb' | undefined {
  const words = wordsOf(className)
  return (['alb', 'nlb'] as const).find((word) => words.includes(word))
}

/** Names such as `eks-auto-alb` indicate EKS Auto Mode. */
export const controllerInClassName = (className: string): 'auto-mode' | 'lbc' =>
  wordsOf(className).includes('auto') ? 'auto-mode' : 'lbc'
