import { columnsOf, padTo } from './columns.ts'
import { wrap } from './wrap.ts'

/**
 * One line of a table: its name, and the cells beside it. A name that does not fit stands above the cells.
 * @param room columns up to the cells.
 */
export function drawRow(name: string, cells: string, room: number): readonly string[] {
  if (columnsOf(name) < room) return [padTo(name, room) + cells]
  const names = wrap(name.trimStart(), { width: room + columnsOf(cells), lead: '  ', hang: 4 })
  return [...names, ' '.repeat(room) + cells]
}
