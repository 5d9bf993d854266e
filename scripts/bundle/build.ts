import { rolldown } from 'rolldown'
import config from '../../rolldown.config.ts'

/** `npm run build`: what its command line does, without a table of 240 files that nothing turns off. */

const { output, ...input } = config
if (output === undefined || Array.isArray(output)) throw new Error('rolldown.config.ts: expected one output')
const bundle = await rolldown({ ...input, logLevel: 'warn' })
await bundle.write(output)
await bundle.close()
