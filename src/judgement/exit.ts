/** Exit codes, as `kubectl diff` and linters use them. */
export const EXIT = {
  ok: 0,
  findings: 1,
  badInput: 2,
} as const

type Code = keyof typeof EXIT

/** What each code means for a command that ends: the text of its help, and of the table in docs/input-and-output.md. */
export const EXIT_MEANINGS = {
  plan: {
    ok: 'no findings of severity warning or error, or only accepted ones',
    findings: 'such findings (--fail-on sets the severity), and changes with --exit-code',
    badInput: 'input that could not be read, or none',
  },
  lint: {
    ok: 'no findings of severity warning or error that stay, or only accepted ones',
    findings:
      'such findings (--fail-on sets the severity); with --without-slackwater also those that Slackwater would fix',
    badInput: 'input that could not be read, or none',
  },
  report: {
    ok: 'nothing to report, or only accepted findings',
    findings:
      'findings of severity warning or error (also those that the change fixes), Pods that lack something, a last rollout in which Pods left unprotected, or an incomplete report (--fail-on sets the severity)',
    badInput: 'no connection, no report, or a namespace that does not exist (unless --address asks)',
  },
  audit: {
    ok: 'nothing to report, or only accepted findings',
    findings:
      'findings of severity warning or error (also those that Slackwater would fix), Pods that lack something, or with --try a change that would not be stored (--fail-on sets the severity)',
    badInput:
      'incomplete: a cluster that could not be read, a namespace that does not exist, or a resource that could not be listed',
  },
  explain: {
    ok: 'explained; no findings of severity warning or error, or only accepted ones',
    findings:
      'such findings, labels or annotations that could not be used, Pods that lack something, or a last rollout in which Pods left unprotected',
    badInput: 'no such workload or word, no connection, or input that could not be read',
  },
  handover: {
    ok: 'every Pod that lacked something was replaced (with --dry-run: could be; with --undo: is back), or none did',
    findings: 'a workload was refused, or a Pod was not replaced, with the reason for each',
    badInput: 'no such workload, no connection, or it could not start',
  },
  measure: {
    ok: 'measured, and the logs show no request that was lost at a Pod that left',
    findings: 'requests were lost (--fail-on none: 0)',
    badInput:
      'input that could not be read, no departure in the logs, a cluster that does not answer, or a result that could not be written',
  },
  remove: {
    ok: 'done, or nothing to do',
    findings: 'something was left, with the reason for each',
    badInput: 'it could not start',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Code, string>>>>

/** `0 …; 1 …; 2 …` */
export const exitText = (command: keyof typeof EXIT_MEANINGS): string =>
  Object.entries(EXIT_MEANINGS[command])
    .map(([code, meaning]) => `${EXIT[code as Code]} ${meaning}`)
    .join('; ')

/** `--fail-on`: the least severity of a finding that changes the exit code. */
export const FAIL_ON = ['error', 'warning', 'none'] as const
export type FailOn = (typeof FAIL_ON)[number]
