import { benchAudit } from './audit.ts'
import { benchDecision } from './decision.ts'
import { benchDepartures } from './departures.ts'
import { benchHttp } from './http.ts'
import { benchInventory } from './inventory.ts'

/** Times depend on the machine; the ratios travel. */
const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** The root of another tree, such as the one before a change: its decisions are measured in the same run. */
const against = process.env['SLACKWATER_BENCH_AGAINST']

for (const line of await benchDecision(against)) print(line)
print('')
for (const line of benchInventory()) print(line)
print('')
await benchHttp(print)
print('')
await benchAudit(print)
print('')
await benchDepartures(print)
