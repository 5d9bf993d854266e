const wordsOf = (className: string): readonly string[] => className.toLowerCase().split(/[^a-z0-9]+/)

/** The load balancer that the name of a class speaks of: `aws-alb`, `nlb-internal`. */
export function balancerInName(className: string): 'alb' | 'nlb' | undefined {
  const words = wordsOf(className)
  return (['alb', 'nlb'] as const).find((word) => words.includes(word))
}

/** Names such as `eks-auto-alb` speak of EKS Auto Mode. */
export const controllerInClassName = (className: string): 'auto-mode' | 'lbc' =>
  wordsOf(className).includes('auto') ? 'auto-mode' : 'lbc'
