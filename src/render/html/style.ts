/** Colors of a light page. Text on each ground has a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
const LIGHT = `--ground:#fff;--raised:#f6f8fa;--ink:#1b1f24;--dim:#57606a;--line:#d0d7de;--link:#0550ae;--risk:#a40e26;--unknown:#7a4e00;--accepted:#5e3a9e;--fine:#116329;
--unaware:#0b5cad;--on-unaware:#fff;--stopping:#a8cdf0;--finishing:#dcebfa;--on-light:#1b1f24;--sleep:#e4dcf5;--exit:#f6d9a4;--loss:#cf222e;--on-loss:#fff;`

/** Colors of a dark page. */
const DARK = `--ground:#0f1419;--raised:#182028;--ink:#e6edf3;--dim:#9da7b3;--line:#343c46;--link:#79b8ff;--risk:#ff9a93;--unknown:#e3b341;--accepted:#c9a6ff;--fine:#6fdd8b;
--unaware:#79b8ff;--on-unaware:#0f1419;--stopping:#1f4f85;--finishing:#16324f;--on-light:#e6edf3;--sleep:#3a3158;--exit:#5c4413;--loss:#ff6a61;--on-loss:#0f1419;`

const PAGE = `*{box-sizing:border-box}
body{margin:0 auto;max-width:1280px;padding:0 16px 32px;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header{display:flex;justify-content:space-between;align-items:center;gap:16px}
h1{font-size:22px;margin:16px 0}h2{font-size:18px;margin:24px 0 8px}h3{font-size:16px;margin:20px 0 6px}h4{font-size:15px;margin:0 0 4px}
p,ul,ol,dl{margin:4px 0}
a{color:var(--link)}
.dim,.meaning,small{color:var(--dim)}
button,select,input{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--dim);border-radius:6px;padding:4px 10px;min-height:36px;max-width:100%}
button{cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
.skip,.unseen{position:absolute;left:-9999px}
.skip:focus{left:16px;top:8px;background:var(--ground);padding:8px;z-index:1}
.scroll{overflow-x:auto}
footer{margin-top:32px;color:var(--dim);font-size:14px}
`

const SUMMARY = `.tiles{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px}
.tiles li{border:1px solid var(--line);border-left:6px solid var(--tone);border-radius:6px;background:var(--raised)}
.tiles li:not(:has(button)){padding:10px 12px}.tiles button{display:block;width:100%;text-align:left;border:0;background:none;padding:10px 12px}
.tiles [aria-pressed=true]{outline:3px solid var(--tone);outline-offset:2px}
.tiles strong{display:block;font-size:40px;line-height:1.1;font-variant-numeric:tabular-nums}
.word{display:block;font-weight:600;color:var(--tone)}.meaning{display:block;font-size:14px;line-height:1.35}
.at-risk,.error,.warning{--tone:var(--risk)}.unknown{--tone:var(--unknown)}.accepted{--tone:var(--accepted)}.protected{--tone:var(--fine)}.not-exposed,.information{--tone:var(--dim)}
.incomplete{color:var(--risk)}
.remarks summary{cursor:pointer;padding:4px 0}.remarks ul{padding-left:20px}
.severity{color:var(--tone);font-weight:600}
`

const TABLE = `form{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:end;margin:8px 0}
form>div{display:flex;flex-direction:column;min-width:0}label{font-size:14px;color:var(--dim)}
select{max-width:240px}
table{border-collapse:collapse;width:100%;text-align:left}
#workloads>caption{position:absolute;left:-9999px}
th,td{padding:6px 8px;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{font-weight:600;border-bottom-width:2px;overflow-wrap:normal;white-space:nowrap}
thead button{font-weight:600;border:0;background:none;padding:0;text-align:left}
thead button::after{content:" ↕";color:var(--dim)}
[aria-sort=ascending] button::after{content:" ↑";color:inherit}[aria-sort=descending] button::after{content:" ↓";color:inherit}
tbody [scope=row] button{text-align:left;border:0;background:none;padding:0;color:var(--link);min-height:24px}
tbody [scope=row] button::before{content:"▸ "}tbody [aria-expanded=true]::before{content:"▾ "!important}
#workloads>tbody>tr>:nth-last-child(-n+2):not([colspan]){text-align:right;font-variant-numeric:tabular-nums}
#workloads td>span,#workloads td>b,#workloads td>i,#workloads td>small{display:block}i{font-style:normal;color:var(--dim)}
.tone{color:var(--tone,inherit);font-weight:600}
#workloads{font-size:15px}#workloads>thead th:first-child{min-width:200px}#workloads th[data-key=findings]{min-width:260px}#workloads th[data-key=state]{min-width:130px}
.opened>td{background:var(--raised);padding:8px 16px 20px}
`

const DETAILS = `.findings,.chains,.phases{list-style:none;padding:0}
.findings>li{border-left:4px solid var(--tone);padding:2px 0 2px 12px;margin:12px 0}
.links a{margin-right:16px}
.paste{display:flex;align-items:start;gap:8px;margin:6px 0}
pre{flex:1;min-width:0;overflow-x:auto;margin:0;padding:10px 12px;background:var(--ground);border:1px solid var(--line);border-radius:6px;font:14px/1.45 ui-monospace,monospace;white-space:pre;overflow-wrap:normal}
dl{display:grid;grid-template-columns:minmax(100px,max-content) 1fr;gap:2px 16px}dt{color:var(--dim);grid-column:1}dd{margin:0;grid-column:2}
.terms{font-size:15px;width:auto}.terms th{overflow-wrap:normal}.terms caption{text-align:left;padding:4px 0}.number{text-align:right;white-space:nowrap;overflow-wrap:normal;font-variant-numeric:tabular-nums}
.phases{font-size:14px}.key{display:inline-block;width:12px;height:12px;border:1px solid var(--dim);margin-right:6px;vertical-align:-1px}
.timeline{display:block;font-size:12px;margin:8px 0;overflow:visible}
.timeline text{fill:var(--ink)}.timeline rect{stroke:var(--dim);stroke-width:.5}
.timeline .lane{fill:var(--dim)}.timeline .mark{stroke:var(--dim);stroke-dasharray:2 3}.timeline text.mark{stroke:none}
.unaware{fill:var(--unaware);background:var(--unaware)}.stopping{fill:var(--stopping);background:var(--stopping)}.finishing{fill:var(--finishing);background:var(--finishing)}
.sleep{fill:var(--sleep);background:var(--sleep)}.exit{fill:var(--exit);background:var(--exit)}.grace,.margin{fill:transparent}.timeline .grace,.timeline .margin{stroke-dasharray:3 2;stroke-width:1}
.delay{fill:transparent}.timeline .on-delay,.timeline .on-margin,.timeline .on-grace{paint-order:stroke;stroke:var(--raised);stroke-width:4px}.timeline .on-loss{fill:var(--on-loss)}.wide{display:none}.loss{fill:var(--loss);background:var(--loss)}
.timeline .on-unaware{fill:var(--on-unaware)}
`

const WIDE = `@media (min-width:900px){.wide{display:inline}.narrow{display:none}}
`

/** A row is a card on a phone; its cells say their column. Only with the script, which keeps the roles of a table. */
const PHONE = `@media (max-width:700px){body{font-size:15px}.tiles{grid-template-columns:1fr}.tiles button,.tiles li:not(:has(button)){display:grid;grid-template-columns:88px 1fr}.tiles strong{font-size:32px;grid-row:span 2}form>div{flex:1 1 45%}select{max-width:100%;width:100%}
.js #workloads,.js #workloads>*,.js #workloads>*>tr{display:block}.js #workloads>thead>tr{display:flex;flex-wrap:wrap;gap:0 14px}.js #workloads>thead th{border:0;padding:2px 0;min-width:0}
.js #workloads>tbody>tr{border-bottom:2px solid var(--line);padding:8px 0}.js #workloads>tbody>tr>*{display:block;border:0;padding:1px 0;text-align:left!important}
.js #workloads>tbody>tr>[data-name]{display:grid;grid-template-columns:110px 1fr}.js #workloads>tbody>tr>[data-name]>*{grid-column:2}.js #workloads>tbody>tr>[data-name]::before{content:attr(data-name);color:var(--dim);font-weight:400;grid-column:1;grid-row:1}
.js #workloads>tbody>tr>[data-name]:empty{display:none}
.paste{display:block}.copy{margin-top:4px}.js #workloads>tbody>.opened>td{padding:4px 10px 16px}dl{display:block}dd{margin:0 0 2px 12px}}
`

const PRINT = `@media print{:root,:root[data-theme]{${LIGHT}color-scheme:light}body{max-width:none;font-size:12px}form,button.copy,#theme,#more,.skip,footer,thead button::after{display:none!important}
tr,li,.timeline{break-inside:avoid}.opened{break-inside:auto}thead{display:table-header-group}*{print-color-adjust:exact}button{background:none!important;border:0}.tiles [aria-pressed]{outline:0}}
`

/** The page's style. Its hash is in the page's policy, so no element has a style attribute. */
export const STYLE = `:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
:root[data-theme=light]{color-scheme:light;${LIGHT}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
${PAGE}${SUMMARY}${TABLE}${DETAILS}${WIDE}${PHONE}${PRINT}`
