import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { kubeconfigFor } from '../cluster/control-plane.ts'
import { cluster } from './cluster.ts'
import { kubectlOk } from './kubectl.ts'

/** A kubeconfig of Slackwater's own ServiceAccount, with the rights and the policies of deploy/rbac.yaml. @returns its path. */
export async function accountKubeconfig(): Promise<string> {
  await kubectlOk(['apply', '-f', path.resolve('deploy/rbac.yaml')])
  return await kubeconfigOf('slackwater', 'slackwater-system')
}

/** A kubeconfig of a ServiceAccount, which stands for whoever has its rights. @returns its path. */
export async function kubeconfigOf(account: string, namespace: string): Promise<string> {
  const { out } = await kubectlOk(['create', 'token', account, '-n', namespace])
  const server = (
    await kubectlOk(['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'])
  ).out
  const file = path.join(cluster.folder, `${account}.kubeconfig`)
  writeFileSync(file, kubeconfigFor(server, out.trim()))
  return file
}
