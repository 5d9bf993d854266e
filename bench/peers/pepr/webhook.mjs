/**
 * A Pepr module with one capability, for Pods and Deployments. It writes constant numbers, and knows no load balancer.
 * Run by Node.js alone: what Pepr's own controller adds is to unpack the module and start it.
 * Argument: the port. Environment: SSL_KEY_PATH, SSL_CERT_PATH, PEPR_API_PATH, KUBECONFIG.
 */
import pepr from 'pepr'

const { Capability, PeprModule, a } = pepr

const SLEEP_SECONDS = 45
const GRACE_SECONDS = 75

/** What a user has set stays. */
function setDefaults(spec) {
  for (const container of spec.containers) {
    container.lifecycle ??= {}
    container.lifecycle.preStop ??= { sleep: { seconds: SLEEP_SECONDS } }
  }
  if ((spec.terminationGracePeriodSeconds ?? 30) < GRACE_SECONDS)
    spec.terminationGracePeriodSeconds = GRACE_SECONDS
}

const capability = new Capability({ name: 'shutdown', description: 'Constant numbers', namespaces: [] })

capability
  .When(a.Pod)
  .IsCreatedOrUpdated()
  .Mutate((request) => setDefaults(request.Raw.spec))
capability
  .When(a.Deployment)
  .IsCreatedOrUpdated()
  .Mutate((request) => setDefaults(request.Raw.spec.template.spec))

const module = new PeprModule(
  {
    description: 'beside which Slackwater is measured',
    pepr: {
      uuid: 'bench',
      onError: 'audit',
      webhookTimeout: 10,
      alwaysIgnore: { namespaces: [] },
      customLabels: {},
      env: {},
    },
  },
  [capability],
  { deferStart: true },
)
module.start(Number(process.argv[2]))
