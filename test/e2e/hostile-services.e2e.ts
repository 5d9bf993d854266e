import { PARTS } from '../hostile/attacks.ts'
import { harmlessCases, installedNeighbor } from './support/hostile.ts'

/** Hostile Services and TargetGroupBindings. */

harmlessCases(installedNeighbor(), PARTS.services)
