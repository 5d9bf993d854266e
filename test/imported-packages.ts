import { globSync, readFileSync } from 'node:fs'
import packageJson from '../package.json' with { type: 'json' }

/**
 * The packages whose code the program imports itself, in the order of package.json. All packages are development's there,
 * because the published program is one bundle.
 */
export function importedPackages(): readonly string[] {
  const imported = new Set(globSync('src/**/*.ts').flatMap(packagesIn))
  return Object.keys(packageJson.devDependencies).filter((name) => imported.has(name))
}

/** `import … from 'yaml'`, `import 'reflect-metadata'`, `import('pino')`, not `import type`; a folder within a package counts as it. */
const packagesIn = (file: string): readonly string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?:import (?!type)(?:[^'"]*? from )?|.*\bimport\()'((?:@[a-z0-9-]+\/)?[a-z0-9-]+)(?=['/])/gm,
    ),
  ].map(([, name = '']) => name)
