import { describe, expect, test } from 'vitest'
import { resolveTerms } from '../../src/core/budget/terms.ts'
import type { MeasuredExposure } from '../../src/core/model/exposure.ts'
import { NO_OVERRIDES } from '../../src/core/model/overrides.ts'
