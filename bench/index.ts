import { benchDecision } from './decision.ts'
import { benchHttp } from './http.ts'
import { benchInventory } from './inventory.ts'

/** Times depend on the machine; the ratios travel. */
const print = (line: string): void => void process.stdout.write(`${line}\n`)

for (const line of benchDecision()) print(line)
print('')
for (const line of benchInventory()) print(line)
print('')
await benchHttp(print)
