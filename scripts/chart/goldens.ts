import { render } from './deploy.ts'

/** The three ways to certificates, rendered whole: a change of a template shows in them what it changes. */
export const GOLDENS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  'cert-manager': ['--api-versions', 'cert-manager.io/v1', '--set', 'certificates.mode=cert-manager'],
  own: [
    ...['--set', 'certificates.mode=own,certificates.secretName=slackwater-tls'],
    ...['--set-file', 'certificates.own.caBundle=test/chart/ca.crt'],
  ],
}

export const goldenOf = (helm: string, name: string): string => render(helm, GOLDENS[name])
