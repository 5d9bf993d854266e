import { expect, test } from 'vitest'
import { gatewayIn, minikubeHostIn } from './host.ts'

test('the gateway of a network with IPv6 and IPv4 is the IPv4 one', () => {
  const config = [{ Subnet: 'fc00:f853::/64', Gateway: 'fc00:f853::1' }, { Gateway: '172.18.0.1' }]
  expect(gatewayIn(JSON.stringify([{ Name: 'kind', IPAM: { Config: config } }]))).toBe('172.18.0.1')
})

test('a network without a gateway tells nothing', () => {
  expect(gatewayIn('[{"IPAM":{"Config":[{"Subnet":"172.18.0.0/16"}]}}]')).toBeUndefined()
})

test('minikube writes the host into the hosts file of its node', () => {
  const hosts = '127.0.0.1\tlocalhost\r\n192.168.49.1\thost.minikube.internal\r\n'
  expect(minikubeHostIn(hosts)).toBe('192.168.49.1')
  expect(minikubeHostIn('127.0.0.1 localhost\n')).toBeUndefined()
})
