import { type Plugin, RolldownMagicString } from 'rolldown'

/** `import one, { two as three } from "node:four";` as rolldown prints it, in a line of its own. */
const IMPORT =
  /^import (?:(?<whole>[\w$]+)|\* as (?<namespace>[\w$]+))?(?:, )?(?:\{(?<names>[^}]*)\})? from "(?<module>(?:node:)?[a-z_0-9]+(?:\/[a-z_0-9]+)?)";$/gm

/**
 * Gets Node.js's own modules with a call. An import reads every property of such a module, and some are loaded only
 * when they are read: `import 'node:http'` would load fetch and WebSocket, 13 MB of memory and 15 ms, at each start.
 */
export const builtinModules: Plugin = {
  name: 'builtin-modules',
  renderChunk(code) {
    const changed = new RolldownMagicString(code)
    for (const match of code.matchAll(IMPORT)) {
      const { whole, namespace = whole, names, module } = match.groups ?? {}
      const wanted = [namespace, names === undefined ? undefined : `{${names.replaceAll(' as ', ': ')}}`]
      // Not `process`: a module of that name is one of them.
      const got = `globalThis.process.getBuiltinModule("${module}")`
      const variables = wanted.filter((one) => one !== undefined).map((one) => `${one} = ${got}`)
      // Unlike an import, it is there only once its chunk has run: a test says that no two chunks import each other.
      changed.overwrite(match.index, match.index + match[0].length, `var ${variables.join(', ')};`)
    }
    return changed
  },
}
