import { defineConfig } from 'rolldown'

/**
 * The published program: `dist/main.js` and one chunk for each command, so that `--help` loads neither the
 * web server nor the YAML parser.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // Loading it only defines: what we never call, thousands of generated models, need not be in memory.
  treeshake: {
    moduleSideEffects: [{ test: /node_modules\/@kubernetes\/client-node\//, sideEffects: false }],
  },
  output: { dir: 'dist', format: 'esm', cleanDir: true, banner: '#!/usr/bin/env node' },
})
