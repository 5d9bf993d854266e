import { longer, longest, type Seconds, seconds } from '../model/seconds.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../model/workload.ts'

type Measured = Pick<PodTemplate, 'containers' | 'nativeSidecars'>
type Limited = Pick<PodTemplate, 'grace' | 'negativeGrace'>

/**
 * The longest time that the API server compares with a template's grace period: it rejects the template if this is
 * longer. It compares the native sleeps of MEASURED_HOOKS, in regular containers and in init containers that always
 * restart: ValidatePodSpec passes the grace period to validateContainers and validateInitContainers, both to
 * validateLifecycle (kubernetes/kubernetes 1.35, pkg/apis/core/validation/validation.go). Probes get it too, but have
 * no sleep (handlerFromProbe), and their own grace only has to be above 0 (validateProbe). An exec hook is never
 * compared.
 */
export const longestMeasured = ({ containers, nativeSidecars }: Measured): Seconds =>
  longer(longest(containers.map(longestSleep)), longest(nativeSidecars.map(longestSleep)))

const longestSleep = ({ preStop, postStartSleep }: Measured['containers'][number]): Seconds =>
  longer(preStop?.sleep ?? seconds(0), postStartSleep ?? seconds(0))

const sleepsOf = ({ preStop, postStartSleep }: Measured['containers'][number]): readonly Seconds[] =>
  [preStop?.sleep, postStartSleep].filter((sleep) => sleep !== undefined)

/**
 * The longest sleep that the API server accepts with this grace period: an equally long one, although its error message
 * suggests a shorter one.
 */
export const longestAllowed = ({ grace = DEFAULT_GRACE, negativeGrace }: Limited): Seconds =>
  negativeGrace === true ? seconds(-1) : grace

/** Containers with a sleep above this length, native sidecars included. */
export const sleepingAbove = ({ containers, nativeSidecars }: Measured, limit: Seconds): readonly string[] =>
  [...containers, ...nativeSidecars]
    .filter((container) => sleepsOf(container).some((sleep) => sleep > limit))
    .map(({ name }) => name)
