import { SERVERS, type ServerSetting } from '../src/core/servers/servers.ts'

/** @param page `docs/application.md`, with its markers. @returns it with the table of servers as the code has it. */
export function withServers(page: string): string {
  const place = /(<!-- servers -->\n)[\s\S]*?(<!-- end -->)/
  if (!place.test(page)) throw new Error('docs/application.md: no place for the table of servers')
  return page.replace(place, (_, begin: string, end: string) => `${begin}${table().join('\n')}\n${end}`)
}

const table = (): readonly string[] => [
  '| server | closes idle connections after | finishes requests for | stop signal | set by | read from |',
  '|---|---|---|---|---|---|',
  ...SERVERS.map(
    ({ name, source, keepAlive, shutdown, signal, drain, settings, argumentsIn }) =>
      `| [${name}](${source}) | ${keepAlive} | ${shutdown} | ${signal} | ${drain} | ${readFrom(settings, argumentsIn)} |`,
  ),
]

function readFrom(settings: readonly ServerSetting[], argumentsIn: string | undefined): string {
  const places = settings.flatMap(({ option, directive, variables = [], property }) => [
    ...[option, property].filter((place) => place !== undefined),
    ...(directive === undefined ? [] : [`-g "${directive} …;"`]),
    ...variables,
  ])
  const all = argumentsIn === undefined ? places : [...places, argumentsIn]
  return all.length === 0 ? 'nothing' : all.map((place) => `\`${place}\``).join(', ')
}
