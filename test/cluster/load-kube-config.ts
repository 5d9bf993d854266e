/** Prints the server of the kubeconfig that its last argument names, or what is wrong with it. */
import { loadKubeConfig } from '../../src/cluster/kube-config.ts'

const loaded = loadKubeConfig({ kubeconfig: process.argv.at(-1) })
process.stdout.write(loaded.ok ? loaded.server : loaded.problem)
