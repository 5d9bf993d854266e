import { resultOfPlan } from '../../src/result/from-plan.ts'
import type { Result, ResultWorkload } from '../../src/result/result.ts'
import { planOf, planOfText } from '../cli/fixture-plans.ts'
import { shop } from '../cli/manifests.ts'
import { settingsWith } from '../core/exposures.ts'

const HEAD = { command: 'plan', version: '1.2.3' }

/**
 * One Deployment behind an ALB with ip targets and D = 30: it needs a sleep of 5 + max(25, min(30, 25 + 10)) + 5 = 40 s, and
 * a grace period of 40 + 30.
 */
export const shopResult = (): Result => resultOfPlan(planOfText(shop(), settingsWith()), HEAD)

/** The only workload of that. */
export function shopWorkload(): ResultWorkload {
  const [workload] = shopResult().workloads
  if (workload === undefined) throw new Error('no workload')
  return workload
}

/** A result of these workloads, with no remarks. */
export const resultOf = (workloads: readonly ResultWorkload[]): Result => ({
  ...HEAD,
  workloads,
  remarks: [],
})

/** Every example and well-formed workload of the project, behind load balancers of every kind, and their remarks. */
export async function exampleResult(): Promise<Result> {
  const folders = ['examples', 'test/fixtures/well-formed']
  const results = await Promise.all(folders.map(async (folder) => resultOfPlan(await planOf(folder), HEAD)))
  return {
    ...HEAD,
    workloads: results.flatMap(({ workloads }) => workloads),
    remarks: results.flatMap(({ remarks }) => remarks),
  }
}

/** As many as that, with names and namespaces of their own. */
export async function manyWorkloads(count: number): Promise<Result> {
  const { workloads, ...rest } = await exampleResult()
  const many = Array.from({ length: count }, (_, at) => {
    const workload = workloads[at % workloads.length]
    if (workload === undefined) throw new Error('no examples')
    return renamed(withPastes(workload), Math.floor(at / workloads.length))
  })
  return { ...rest, workloads: many }
}

/** What a finding has to paste, as long as a hook in YAML, where it has nothing. */
const withPastes = (workload: ResultWorkload): ResultWorkload => ({
  ...workload,
  findings: workload.findings.map((finding) => ({
    paste: `kubectl annotate ${workload.kind}/${workload.name} -n ${workload.namespace} slackwater.dev/accept='${finding.id}: reason'`,
    ...finding,
  })),
})

/** Names are in sentences and chains too, so all of it is renamed as text. */
function renamed(workload: ResultWorkload, round: number): ResultWorkload {
  if (round === 0) return workload
  const { name, namespace } = workload
  const text = JSON.stringify(workload)
    .replaceAll(`${namespace}/`, `${namespace}-${round % 37}/`)
    .replaceAll(`"${namespace}"`, `"${namespace}-${round % 37}"`)
    .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}-${round}`)
  return JSON.parse(text) as ResultWorkload
}
