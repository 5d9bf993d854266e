import { rulesOf } from './readme.ts'
import { RISKS } from './risks.ts'

/**
 * @param page SECURITY.md, with its markers. @param rbac deploy/rbac.yaml. @returns it with the table of what each
 * permission of the ServiceAccount is worth to a thief.
 * @throws if the page has no place for it, or a stated risk is about a rule that the roles do not have.
 */
export function withToken(page: string, rbac: string): string {
  const place = /(<!-- token -->\n)[\s\S]*?(<!-- end -->)/
  if (!place.test(page)) throw new Error('SECURITY.md: no place for the table of permissions')
  const rows = tokenTable(rbac)
  return page.replace(place, (_, begin: string, end: string) => `${begin}${rows.join('\n')}\n${end}`)
}

function tokenTable(rbac: string): readonly string[] {
  const rights = new Map(rulesOf(rbac).map(({ rule, scope }) => [ruleName(rule), rightText(rule, scope)]))
  const rows = RISKS.map(({ rules, alone, narrowed }) => {
    const texts = rules.map((rule) => {
      const right = rights.get(rule)
      if (right === undefined) throw new Error(`scripts/chart/risks.ts: no role has the rule ${rule}`)
      return right
    })
    return `| ${texts.join('; ')} | ${alone} | ${narrowed} |`
  })
  return ['| permission | without the policies, a thief can | with them, only |', '|---|---|---|', ...rows]
}

type Rule = ReturnType<typeof rulesOf>[number]['rule']

const ruleName = ({ verbs, resources }: Rule): string => `${verbs.join(', ')} ${resources.join(', ')}`

/** `get, patch mutatingwebhookconfigurations` named `slackwater`; `create leases` in its own namespace. */
function rightText(rule: Rule, scope: string): string {
  const named = rule.resourceNames === undefined ? '' : ` named \`${rule.resourceNames.join('`, `')}\``
  return `\`${ruleName(rule)}\`${named}${scope === 'the cluster' ? '' : ` in ${scope}`}`
}
