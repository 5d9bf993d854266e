import { NAMESPACE } from './installation.ts'
import { kubectl, kubectlOk, type Said, stored } from './kubectl.ts'

/** The ConfigMap with what was observed, as kubectl has it. */

export const CONFIG_MAP = ['configmap', 'slackwater-observed', '-n', NAMESPACE] as const

export interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>
  readonly metadata: {
    readonly managedFields: readonly {
      readonly manager: string
      readonly operation: string
      readonly fieldsV1: { readonly 'f:data'?: Readonly<Record<string, unknown>> }
    }[]
  }
}

export const configMap = () => stored<ConfigMap>([...CONFIG_MAP, '--show-managed-fields'])

/** Who owns which key, and how: `slackwater-aws Apply f:aws.json`. */
export const owners = async (): Promise<readonly string[]> =>
  (await configMap()).metadata.managedFields
    .flatMap(({ manager, operation, fieldsV1: { 'f:data': data = {} } }) =>
      Object.keys(data).flatMap((key) => (key === '.' ? [] : [`${manager} ${operation} ${key}`])),
    )
    .sort()

export const BOTH = ['slackwater-aws Apply f:aws.json', 'slackwater-measure Apply f:measured.json']

export const isStored = async (): Promise<boolean> => (await kubectl(['get', ...CONFIG_MAP])).code === 0

/** As docs/measure.md and the command itself say it. */
export const TAKE_BACK = `kubectl -n ${NAMESPACE} patch configmap slackwater-observed --type json -p '[{"op":"remove","path":"/data/measured.json"}]'`

export const takeBack = (): Promise<Said> => kubectlOk(TAKE_BACK.replaceAll("'", '').split(' ').slice(1))
