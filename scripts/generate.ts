import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import { helmProgram } from '../test/e2e/cluster/parts.ts'
import { CHART, deployFiles } from './chart/deploy.ts'
import { GOLDENS, goldenOf } from './chart/goldens.ts'
import { withTables } from './chart/readme.ts'
import { withToken } from './chart/security.ts'
import { SETTINGS_TEMPLATE, withSettings } from './chart/settings-values.ts'
import { VALUES_SCHEMA } from './chart/values-schema.ts'
import { llmsText } from './llms.ts'
import { pictures } from './pictures/pictures.ts'
import { publishedSchemas } from './schemas/published.ts'
import { withServers } from './servers-table.ts'

/** Writes all generated files: the chart’s schema, its settings, deploy/, golden files, the JSON Schemas of docs/schemas, the pictures of docs/images, docs/llms.txt, and the tables of the chart’s README, of docs/application.md and of SECURITY.md. */

const read = (file: string): string => readFileSync(file, 'utf8')
const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const application = 'docs/application.md'
write(application, withServers(read(application)))

for (const [name, text] of publishedSchemas()) write(path.join('docs/schemas', name), text)

write('docs/llms.txt', llmsText(read('docs/README.md'), packageJson.homepage))
for (const [name, text] of Object.entries(pictures())) write(path.join('docs/images', name), text)

const values = `${CHART}/values.yaml`
write(`${CHART}/values.schema.json`, `${JSON.stringify(VALUES_SCHEMA, null, 2)}\n`)
write(`${CHART}/templates/_settings.tpl`, SETTINGS_TEMPLATE)
write(values, withSettings(read(values)))

const helm = helmProgram((line) => void process.stderr.write(`${line}\n`))
for (const [file, text] of Object.entries(deployFiles(helm))) write(path.join('deploy', file), text)
for (const name of Object.keys(GOLDENS)) write(`test/chart/golden/${name}.yaml`, goldenOf(helm, name))

const readme = `${CHART}/README.md`
write(readme, withTables(read(readme), { values: read(values), rbac: read('deploy/rbac.yaml') }))

const security = 'SECURITY.md'
write(security, withToken(read(security), read('deploy/rbac.yaml')))
