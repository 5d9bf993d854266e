import { render } from './deploy.ts'

/** The three certificate modes, fully rendered: they show the effect of a change of a template. */
export const GOLDENS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  'cert-manager': ['--api-versions', 'cert-manager.io/v1', '--set', 'certificates.mode=cert-manager'],
  own: [
    ...['--set', 'certificates.mode=own,certificates.secretName=slackwater-tls'],
    ...['--set-file', 'certificates.own.caBundle=test/chart/ca.crt'],
  ],
}

export const goldenOf = (helm: string, name: string): string => render(helm, GOLDENS[name])
