import { expect, test } from 'vitest'
import { DEFAULT_TERMS } from '../../src/core/budget/terms.ts'

/** The one place where tests hold the defaults; whatever else needs terms states its own (`exposures.ts`). */
test('the default terms are those of the published recommendations', () => {
  expect(DEFAULT_TERMS).toEqual({
    controller: 5,
    propagation: { alb: 25, nlb: 120 },
    request: 10,
    kubeProxy: 10,
    margin: 5,
    unhealthyLag: 40,
  })
})
