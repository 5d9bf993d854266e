import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AWS_ACTIONS } from '../../src/aws/question.ts'

const POLICY = 'deploy/eks/iam-policy.json'
const text = readFileSync(POLICY, 'utf8')

test('the IAM policy allows exactly the calls that are made, each of which only reads', () => {
  expect(JSON.parse(text)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SlackwaterReadsLoadBalancers',
        Effect: 'Allow',
        Action: AWS_ACTIONS.map((action) => `elasticloadbalancing:${action}`),
        Resource: '*',
      },
    ],
  })
  expect(AWS_ACTIONS.length).toBe(4)
  expect(AWS_ACTIONS.filter((action) => !action.startsWith('Describe'))).toEqual([])
})

test.for(['docs/aws.md', 'deploy/eks/README.md'])('%s leads to it', (page) => {
  expect(readFileSync(page, 'utf8')).toContain('iam-policy.json)')
})

test('docs/aws.md names each of the calls', () => {
  const page = readFileSync('docs/aws.md', 'utf8')
  expect(AWS_ACTIONS.filter((action) => !page.includes(`\`${action}\``))).toEqual([])
})
