/** What a played controller has done since it started. */
export interface Played {
  /** Seconds since 1970. */
  readonly process: number
  /** How long each TargetGroupBinding waited and was worked on, in seconds. */
  readonly reconciles: readonly (readonly [waited: number, worked: number])[]
  readonly throttled?: number
  readonly failed?: number
  readonly depth?: number
}

/** controller-runtime pkg/internal/metrics/workqueue.go: prometheus.ExponentialBuckets(10e-9, 10, 12). */
const QUEUE_BOUNDS = Array.from({ length: 12 }, (_, index) => 10 ** (index - 8))
/** client_golang: DefBuckets. */
const STAGE_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The series of LBC 3.5 that are read, among some that are not, as client_golang writes them. */
export function scrapeOf({ process, reconciles, throttled, failed, depth = 0 }: Played): string {
  const queue = 'name="targetGroupBinding",controller="targetGroupBinding"'
  const stage = 'controller="targetGroupBinding",reconcile_stage="reconcile_targetgroupbinding"'
  return `${[
    '# HELP aws_api_call_throttled_errors_total Number of failed AWS API calls due to throtting error',
    '# TYPE aws_api_call_throttled_errors_total counter',
    ...(throttled === undefined
      ? []
      : [
          `aws_api_call_throttled_errors_total{error_code="Throttling",operation="DeregisterTargets",service="Elastic Load Balancing v2",status_code="400"} ${throttled}`,
        ]),
    ...(failed === undefined
      ? []
      : [
          `awslbc_controller_reconcile_errors_total{controller="targetGroupBinding",error_category="deregister_targets_error"} ${failed}`,
          `awslbc_controller_reconcile_errors_total{controller="targetGroupBinding",error_category="reconcile_targetgroupbinding_error"} 99`,
        ]),
    ...(reconciles.length === 0
      ? []
      : histogram(
          'awslbc_controller_reconcile_stage_duration',
          stage,
          STAGE_BOUNDS,
          reconciles.map(([, worked]) => worked),
        )),
    ...histogram(
      'awslbc_controller_reconcile_stage_duration',
      'controller="targetGroupBinding",reconcile_stage="fetch_targetGroupBinding"',
      STAGE_BOUNDS,
      [9, 9, 9],
    ),
    'go_goroutines 180',
    `process_start_time_seconds ${process.toExponential()}`,
    `workqueue_depth{controller="targetGroupBinding",name="targetGroupBinding",priority=""} ${depth}`,
    'workqueue_depth{controller="ingress",name="ingress",priority=""} 77',
    ...histogram(
      'workqueue_queue_duration_seconds',
      queue,
      QUEUE_BOUNDS,
      reconciles.map(([waited]) => waited),
    ),
    ...histogram(
      'workqueue_queue_duration_seconds',
      'name="ingress",controller="ingress"',
      QUEUE_BOUNDS,
      [500],
    ),
  ].join('\n')}\n`
}

function histogram(
  name: string,
  labels: string,
  bounds: readonly number[],
  values: readonly number[],
): readonly string[] {
  const upTo = (bound: number): number => values.filter((value) => value <= bound).length
  return [
    ...bounds.map((bound) => `${name}_bucket{${labels},le="${bound}"} ${upTo(bound)}`),
    `${name}_bucket{${labels},le="+Inf"} ${values.length}`,
    `${name}_sum{${labels}} ${values.reduce((sum, value) => sum + value, 0)}`,
    `${name}_count{${labels}} ${values.length}`,
  ]
}
