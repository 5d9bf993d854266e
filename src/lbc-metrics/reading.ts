import { numberOf, type Series, seriesOf } from './exposition.ts'

/** A histogram as one scrape has it: totals since the start of the process. */
export interface Durations {
  readonly count: number
  /** Seconds. */
  readonly sum: number
  /** How many were at most so many seconds, by that bound; ascending. */
  readonly buckets: ReadonlyMap<number, number>
}

/** What one scrape of the controller's metrics says. */
export interface ControllerReading {
  /** When the process started, seconds since 1970: tells the replicas behind one address apart. */
  readonly process: number
  /** How long TargetGroupBindings waited for a worker. */
  readonly waited: Durations
  /** How long a worker was at one of them. */
  readonly worked: Durations
  /** Calls that AWS refused as too many, since the start. */
  readonly throttled: number
  /** Deregistrations that failed, since the start. */
  readonly failed: number
  /** TargetGroupBindings that wait now. */
  readonly depth: number
}

/** The controller's name for its work on TargetGroupBindings (LBC controllers/elbv2/targetgroupbinding_controller.go). */
const CONTROLLER = 'targetGroupBinding'

/** controller-runtime names its queues after controllers; a histogram adds `_bucket`, `_sum` and `_count`. */
const WAITED = 'workqueue_queue_duration_seconds'
/** LBC pkg/metrics/lbc/instruments.go. Its buckets end at 10 s. */
const WORKED = 'awslbc_controller_reconcile_stage_duration'
const STAGE = 'reconcile_targetgroupbinding'
const FAILED = 'awslbc_controller_reconcile_errors_total'
const FAILURE = 'deregister_targets_error'
/** LBC pkg/metrics/aws/instruments.go. */
const THROTTLED = 'aws_api_call_throttled_errors_total'
const DEPTH = 'workqueue_depth'
const STARTED = 'process_start_time_seconds'

const NAMES = [WAITED, WORKED, FAILED, THROTTLED, DEPTH, STARTED]

/** Bounds of one histogram that are kept: controller-runtime has 12, LBC 11, and native ones come in no text. A choice. */
const MOST_BUCKETS = 100

/** Reads a scrape line by line, and keeps only what it needs: a large cluster’s has megabytes of other series. */
export class ReadingBuilder {
  readonly #waited = new DurationsBuilder()
  readonly #worked = new DurationsBuilder()
  #throttled = 0
  #failed = 0
  #depth = 0
  #process: number | undefined

  take(line: string): void {
    if (!NAMES.some((name) => line.startsWith(name))) return
    const series = seriesOf(line)
    if (series !== undefined) this.#add(series)
  }

  #add({ name, labels, value }: Series): void {
    if (name === STARTED) this.#process = value
    else if (name === THROTTLED) this.#throttled += value
    else if (name === DEPTH && labels['name'] === CONTROLLER) this.#depth += value
    else if (name === FAILED && labels['error_category'] === FAILURE) this.#failed += value
    else if (name.startsWith(WAITED) && labels['name'] === CONTROLLER)
      this.#waited.add(name.slice(WAITED.length), labels['le'], value)
    else if (name.startsWith(WORKED) && labels['reconcile_stage'] === STAGE)
      this.#worked.add(name.slice(WORKED.length), labels['le'], value)
  }

  /** @returns a clause that says what is missing, if these are not the controller's metrics. */
  finish(): ControllerReading | string {
    if (this.#process === undefined) return `it has no ${STARTED}: not the metrics of a controller`
    const waited = this.#waited.finish()
    if (waited === undefined)
      return `it has no ${WAITED} of ${CONTROLLER}: not the load balancer controller’s metrics`
    return {
      process: this.#process,
      waited,
      worked: this.#worked.finish() ?? NOTHING,
      throttled: this.#throttled,
      failed: this.#failed,
      depth: this.#depth,
    }
  }
}

/** Before its first reconcile the controller has no such series. */
const NOTHING: Durations = { count: 0, sum: 0, buckets: new Map() }

/** Series that differ in other labels, such as a priority, are one. */
class DurationsBuilder {
  #count: number | undefined
  #sum = 0
  readonly #buckets = new Map<number, number>()

  add(part: string, bound: string | undefined, value: number): void {
    if (part === '_count') this.#count = (this.#count ?? 0) + value
    else if (part === '_sum') this.#sum += value
    else if (part === '_bucket') this.#addBucket(numberOf(bound ?? ''), value)
  }

  #addBucket(bound: number | undefined, value: number): void {
    if (bound === undefined || this.#buckets.size >= MOST_BUCKETS) return
    this.#buckets.set(bound, (this.#buckets.get(bound) ?? 0) + value)
  }

  finish(): Durations | undefined {
    if (this.#count === undefined) return undefined
    const buckets = new Map([...this.#buckets].sort(([a], [b]) => a - b))
    return { count: this.#count, sum: this.#sum, buckets }
  }
}
