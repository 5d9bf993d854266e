import type { Expected } from './well-formed-expected.ts'

/** A warning about a well-formed workload, or about an object beside it. */
interface FalseAlarm {
  /** `finding Kind namespace/name` or `notice Kind namespace/name`, with its id. */
  readonly alarm: string
  /** Why it is false. */
  readonly because: string
}

/**
 * The false alarms of today, by file. This list only gets shorter: a test fails where an alarm of it no longer sounds,
 * so that whoever ends one takes it out.
 */
export const KNOWN_FALSE_ALARMS: Readonly<Record<string, readonly FalseAlarm[]>> = {
  'protected/support-helm-template.yaml': [
    {
      alarm: 'finding Deployment support/helpdesk-support readiness-gate-missing',
      because: 'the Namespace is not among the manifests: its labels are unknown, which is no warning',
    },
  ],
  'protected/wallet-kustomize-build.yaml': [
    {
      alarm: 'finding Deployment wallet-prod/prod-wallet-web prestop-too-short',
      because: 'a hook of two sleeps lasts as long as both: 20 + 35 = 55',
    },
  ],
  'unprotected/intranet-rollout.yaml': [
    {
      alarm: 'notice Service intranet-rollout/wiki-root instance-targets-on-cluster-ip',
      because: 'the root Service of a Rollout is only the name of the rule: it has no target group',
    },
  ],
  'unprotected/news-short-delay.yaml': [
    {
      alarm: 'notice Ingress news/news service-not-found',
      because: 'a Service that is not among the files may stand elsewhere: information offline',
    },
  ],
  'unprotected/pricing-autoscaled.yaml': [
    {
      alarm: 'finding Deployment pricing/quote outage-on-replacement',
      because: 'the HorizontalPodAutoscaler’s minimum is 6: five serve while one is replaced',
    },
    {
      alarm: 'finding Deployment pricing/rules rollout-loses-capacity',
      because: 'the ScaledObject’s minimum is 4, and one of them may be unavailable',
    },
    {
      alarm: 'finding StatefulSet pricing/cache outage-on-replacement',
      because: 'the HorizontalPodAutoscaler’s minimum is 3: two serve while one is replaced',
    },
  ],
}

/** Wrong numbers of today, by workload, for the reasons above. It only gets shorter, too. */
export const KNOWN_WRONG: Readonly<Record<string, Expected>> = {}

/** Unprotected workloads that end otherwise today than the table says, and why that is wrong. */
export const KNOWN_ENDINGS: Readonly<Record<string, string>> = {
  'Deployment pricing/quote': 'left without a hook: its autoscaler’s minimum of 6 is not read',
  'StatefulSet pricing/cache': 'left without a hook: its autoscaler’s minimum of 3 is not read',
  'Deployment reports/dashboards': 'the proxy ends with the hook of 35 s, while the application still drains',
  'Deployment travel/cars': 'the hook of the sidecar is taken from the application’s time: 60 instead of 105',
}

/** Rollouts with other target groups today, and the Services of these: a root Service is only the name of the rule. */
export const KNOWN_SENDERS: Readonly<Record<string, readonly string[]>> = {
  'Rollout identity/login': ['login-canary', 'login-root', 'login-stable'],
}

/** Told today that they have one replica, though their autoscaler’s minimum is larger. */
export const KNOWN_SINGLE: readonly string[] = [
  'Deployment ml-serving/inference',
  'Deployment pricing/offers',
  'Deployment pricing/rules',
]
