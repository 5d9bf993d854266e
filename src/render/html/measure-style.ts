import { STYLE } from './style.ts'

/** The style of a measurement's page: that of the other pages, and the histogram. Its hash is in the page's policy. */
export const MEASURE_STYLE = `${STYLE}
main{max-width:900px}
.lead{font-size:18px;font-weight:600}
small{font-weight:400}
.tiles li{--tone:var(--line)}.tiles .bad{--tone:var(--risk)}.tiles .good{--tone:var(--fine)}.tiles strong{font-size:28px}.tiles span{font-size:14px;color:var(--dim)}
.histogram{display:block;font-size:12px;margin:12px 0 0;overflow:visible}
.histogram .bar{fill:var(--unaware);stroke:var(--ground);stroke-width:1}
.histogram text{fill:var(--dim)}.histogram text.mark{fill:var(--ink);font-weight:600}
.histogram .grid{stroke:var(--line)}.histogram text.grid{paint-order:stroke;stroke:var(--ground);stroke-width:4px}.histogram .axis{stroke:var(--dim)}
.histogram line.mark{stroke-width:2}.histogram line.longest{stroke:var(--risk)}.histogram line.measured{stroke:var(--fine)}.histogram line.today{stroke:var(--dim);stroke-dasharray:4 3}
table{width:auto;font-size:15px}.time{white-space:nowrap}.bins td,.bins th{padding:2px 12px 2px 0}
details summary{cursor:pointer;padding:4px 0;font-size:14px}
.moments{list-style:none;padding:0;font-size:15px}.moments li{padding:1px 0}.moments time{font-variant-numeric:tabular-nums;margin-right:8px;color:var(--dim)}.moments .bad{color:var(--risk)}
@media (max-width:700px){.scroll table:not(.times){min-width:600px}.times td,.times th{padding:4px 6px}.tiles li:not(:has(button)){grid-template-columns:minmax(130px,max-content) 1fr;column-gap:12px}.tiles strong{font-size:24px;white-space:nowrap}}
`
