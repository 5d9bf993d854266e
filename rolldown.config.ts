import { defineConfig, type Plugin } from 'rolldown'
import { bundledPackages } from './scripts/notices/bundled.ts'
import { noticesOf } from './scripts/notices/notices.ts'

/** The notices of what is bundled go where the bundle goes: into the image and the package. */
const notices: Plugin = {
  name: 'notices',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((one) =>
      one.type === 'chunk' ? Object.keys(one.modules) : [],
    )
    const source = noticesOf(bundledPackages(modules, import.meta.dirname))
    this.emitFile({ type: 'asset', fileName: 'THIRD_PARTY_NOTICES.txt', source })
  },
}

/**
 * The published program: `dist/main.js` and one chunk for each command, so that `--help` loads neither the
 * web server nor the YAML parser.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  plugins: [notices],
  // Loading it only defines: what we never call, thousands of generated models, need not be in memory.
  treeshake: {
    moduleSideEffects: [{ test: /node_modules\/@kubernetes\/client-node\//, sideEffects: false }],
  },
  output: { dir: 'dist', format: 'esm', cleanDir: true, banner: '#!/usr/bin/env node' },
})
