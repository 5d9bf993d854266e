/** The calls that are made: each reads, and none has a side effect. The IAM policy of deploy/eks has these and no others. */
export const AWS_ACTIONS = [
  'DescribeTargetGroups',
  'DescribeTargetGroupAttributes',
  'DescribeLoadBalancers',
  'DescribeLoadBalancerAttributes',
] as const
export type AwsAction = (typeof AWS_ACTIONS)[number]

/**
 * ARNs in one call of DescribeTargetGroups or DescribeLoadBalancers (ELB API reference: up to 20 load balancers; for
 * target groups it has no number, so the same is used). Attributes are asked for one by one.
 */
export const ARNS_IN_A_CALL = 20

/** One call. */
export interface Question {
  readonly action: AwsAction
  /** One for attributes, else up to `ARNS_IN_A_CALL`. */
  readonly arns: readonly string[]
  /** Of the next page; absent: the first. */
  readonly marker?: string
}

/** What is read of an answer; what a call does not return is empty. */
export interface AwsAnswer {
  readonly targetGroups: readonly SeenTargetGroup[]
  readonly loadBalancers: readonly SeenLoadBalancer[]
  readonly attributes: Readonly<Record<string, string>>
  /** There is a further page. */
  readonly marker?: string
}

export interface SeenTargetGroup {
  readonly targetGroup: string
  readonly loadBalancers: readonly string[]
  readonly targetType: string
  readonly protocol: string
}

export interface SeenLoadBalancer {
  readonly loadBalancer: string
  readonly type: string
  readonly address: string
}
