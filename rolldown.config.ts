import { chmodSync } from 'node:fs'
import path from 'node:path'
import { defineConfig, type Plugin } from 'rolldown'
import packageJson from './package.json' with { type: 'json' }
import { builtinModules } from './scripts/bundle/builtin-modules.ts'
import { leftOut } from './scripts/bundle/left-out.ts'
import { revisionOf } from './scripts/bundle/revision.ts'
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
 * The same program under the names by which kubectl finds a plugin and its completion. It is called by its name: on
 * Windows npm starts files, not links.
 */
const pluginNames: Plugin = {
  name: 'plugin-names',
  generateBundle() {
    for (const name of ['kubectl-slackwater', 'kubectl_complete-slackwater'])
      this.emitFile({
        type: 'asset',
        fileName: `${name}.js`,
        source: "#!/usr/bin/env node\nimport './main.js'\n",
      })
  },
  /** npm does the same when it installs them. */
  writeBundle({ dir = '.' }) {
    for (const file of Object.values(packageJson.bin)) chmodSync(path.join(dir, path.basename(file)), 0o755)
  },
}

/**
 * The published program: `dist/main.js` and one chunk for each command, so that `--help` loads neither the
 * web server nor the YAML parser.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  transform: {
    define: {
      SLACKWATER_REVISION: JSON.stringify(revisionOf(import.meta.dirname, process.env)) ?? 'undefined',
    },
  },
  plugins: [leftOut, builtinModules, notices, pluginNames],
  // Loading it only defines: what we never call, thousands of generated models, need not be in memory.
  treeshake: {
    moduleSideEffects: [{ test: /node_modules\/@kubernetes\/client-node\//, sideEffects: false }],
  },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    // What is loaded is kept in memory as text, and is parsed at each start: half of both.
    minify: true,
    // Read with NODE_OPTIONS=--enable-source-maps only, which takes 18 MiB. The sources are in the repository.
    sourcemap: true,
    sourcemapExcludeSources: true,
    banner: '#!/usr/bin/env node',
  },
})
