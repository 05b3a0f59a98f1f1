import { verdicts } from '../model.ts'

/** Text and ground of each verdict, light and dark. Every pair has a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
const colours = {
  fail: ['#a3161a', '#fde8e7', '#ff9f97', '#43191a'],
  warn: ['#7a4b00', '#fdf0d5', '#f3c178', '#3a2b10'],
  inconclusive: ['#5f3796', '#f1eafb', '#cfb5f7', '#2f2344'],
  info: ['#17568f', '#e5f0fa', '#97c8f8', '#152e46'],
  skip: ['#545c68', '#eceef1', '#aab2be', '#272c33'],
  pass: ['#1b6238', '#e2f3e8', '#86d8a2', '#15321f'],
} as const

const variables = (text: 0 | 2, ground: 1 | 3) =>
  verdicts.map((verdict) => `--${verdict}:${colours[verdict][text]};--${verdict}-ground:${colours[verdict][ground]};`).join('')

const dark = `--ground:#14171b;--raised:#1b1f25;--ink:#e3e7ec;--quiet:#a2abb7;--line:#30363f;--link:#8fc1f7;${variables(2, 3)}`

/** The switches: a result and its check are shown where the box of its verdict is ticked, or a link leads to it. */
const switches = verdicts.map((verdict) => `:root:has(#show-${verdict}:checked) :is(.check.has-${verdict},.result.${verdict})`).join(',')

/** The page's one style sheet: system fonts, light and dark, narrow and wide, paper. It loads nothing. */
export const style: string = `
:root{color-scheme:light dark;--ground:#fcfcfb;--raised:#fff;--ink:#1c2127;--quiet:#59626e;--line:#dfe2e6;--link:#0f5aa6;${variables(0, 1)}
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:2.5rem clamp(1rem,4vw,3rem) 5rem;max-width:80rem;background:var(--ground);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
h1,h2,h3,h4,h5,p,dl,dd,ul,ol,pre{margin:0}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.015em;font-weight:650}
h2{font-size:1.5rem;line-height:1.25;margin-top:3.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
h3{font-size:1.125rem;line-height:1.4;font-weight:620}
h2.part,h3.part{margin:2.25rem 0 .6rem;padding:0;border:0;font-size:1.25rem;font-weight:620}
h4{font-size:.9375rem;font-weight:600}
h5{font-size:.75rem;font-weight:600;color:var(--quiet);margin-bottom:.25rem}
h5 .quiet{font-size:inherit}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.18em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
code,pre{font-family:var(--mono);font-size:.8125rem;unicode-bidi:isolate}
.quiet,.about,.facts dt{color:var(--quiet)}
.quiet{font-size:.875rem;font-weight:400}
.tool{color:var(--quiet);font-size:.875rem;margin-bottom:.25rem}
.outcome{font-size:1.25rem;color:var(--quiet);margin-top:.15rem}
.v{display:inline-block;padding:.05em .55em;border-radius:.3em;font-size:.8125rem;font-weight:600;line-height:1.6;white-space:nowrap;text-decoration:none}
${verdicts.map((verdict) => `.v.${verdict}{color:var(--${verdict});background:var(--${verdict}-ground)}`).join('\n')}
.filter{position:sticky;top:0;z-index:3;display:flex;flex-wrap:wrap;gap:.5rem;margin:1.25rem 0 0;padding:.75rem 0;border:0;background:var(--ground);min-width:0}
.filter legend{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.filter label{padding:.35rem .8rem .35rem .6rem;font-size:.9375rem;font-weight:500;cursor:pointer}
.filter b{font-size:1.0625rem;font-variant-numeric:tabular-nums}
.filter input{margin:0 .3rem 0 0;vertical-align:-.08em}
${verdicts.map((verdict) => `.filter .${verdict} input{accent-color:var(--${verdict})}`).join('\n')}
.filter label:has(:disabled){color:var(--quiet);cursor:default}
.filter label:not(:has(:checked)){background:transparent;box-shadow:inset 0 0 0 1px var(--line)}
.interrupted{padding:.6rem .9rem;border-radius:.4rem;color:var(--inconclusive);background:var(--inconclusive-ground);font-weight:600;margin-top:1rem}
.failures{padding:0;list-style:none}
.failures li{padding:.3rem 0;display:flex;gap:.6rem;align-items:baseline}
.failures .quiet{margin-left:.4rem}
.where{margin-top:.5rem;display:flex;flex-wrap:wrap;gap:0 1.1rem}
.counts{margin-top:.75rem;display:flex;flex-wrap:wrap;gap:.4rem}
.matrix{overflow:auto;max-height:30rem;border:1px solid var(--line);border-radius:.5rem;background:var(--raised);overflow-wrap:normal}
.matrix table{border-collapse:separate;border-spacing:0;font-size:.8125rem;min-width:100%}
.matrix th,.matrix td{padding:.18rem .5rem;text-align:center;white-space:nowrap;font-weight:400}
.matrix tbody th{text-align:left;position:sticky;left:0;background:var(--raised);z-index:1;padding-left:.9rem}
.matrix thead th{position:sticky;top:0;z-index:2;max-width:14rem;white-space:normal;overflow-wrap:break-word;background:var(--raised);border-bottom:1px solid var(--line);padding-block:.5rem;font-weight:600}
.matrix thead th:first-child{left:0;z-index:3;text-align:left;padding-left:.9rem}
.matrix .suite th{font-weight:600;padding-top:.7rem}
.matrix tbody th a{color:inherit;text-decoration:none}
.matrix tbody th a:hover{text-decoration:underline}
.matrix tr:hover>*{background:var(--ground)}
.matrix .v{min-width:3.4rem;font-size:.75rem;text-align:center}
.matrix .v:is(.pass,.skip){background:transparent;font-weight:400}
.matrix .v:hover{text-decoration:underline}
.claim{max-width:60rem}
.facts{margin-top:.75rem;font-size:.875rem;display:grid;gap:.2rem}
.facts div{display:grid;grid-template-columns:6rem 1fr}
.facts dd{margin:0}
.seen-of{margin-top:.25rem}
.seen-of>summary{padding:.3rem 0}
.seen-of table{border-collapse:collapse;width:100%;margin:.2rem 0 .8rem;font-size:.875rem}
.seen-of :is(th,td){padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top;font-weight:400;border-top:1px solid var(--line)}
.seen-of thead th{color:var(--quiet);font-size:.8125rem;font-weight:600;border:0}
.seen-of tbody th{white-space:nowrap}
.check{margin-top:1.5rem;padding-top:1.5rem;border-top:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 12rem}
.check h3 .v{margin-right:.35rem;vertical-align:.08em}
.about{font-size:.875rem;margin-top:.2rem;display:flex;flex-wrap:wrap;gap:0 1.1rem}
.advice{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:.75rem 2rem;margin:.8rem 0;font-size:.9375rem}
dt{font-weight:600;font-size:.8125rem;color:var(--quiet)}
dd{margin:0;white-space:pre-wrap;unicode-bidi:isolate}
.more>summary{font-size:.875rem;color:var(--quiet)}
summary{cursor:pointer}
.result{margin-top:.25rem}
.result>summary,.result>.head{padding:.3rem 0}
.result>.head{padding-left:1.05rem}
.result>div{padding:.1rem 0 .6rem 1.05rem}
.result .v{margin-right:.3rem}
.reason{margin-right:.4rem}
.compare{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:.75rem;margin:.5rem 0 1rem}
.compare div{padding:.6rem .85rem;border-radius:.45rem;background:var(--pass-ground)}
.compare .seen{background:var(--skip-ground)}
.fail .compare .seen{background:var(--fail-ground)}
.warn .compare .seen{background:var(--warn-ground)}
.compare dt{color:inherit}
.races{padding-left:1.2rem;margin-top:.3rem;max-width:60rem}
.race{margin:.75rem 0 1.1rem}
.race figcaption{font-weight:600;font-size:.9375rem}
.race figcaption .quiet{margin-left:.4rem}
.proofs{padding-left:1.2rem;margin:.2rem 0}
.timeline{overflow-x:auto;margin:.5rem 0;padding:.5rem 0;border:1px solid var(--line);border-radius:.45rem;background:var(--raised)}
.timeline svg{display:block;min-width:50rem;max-width:100%;height:auto}
.timeline text{font-family:var(--mono);font-size:12px;fill:currentColor}
.timeline .quiet{color:var(--quiet)}
.timeline .who{font-weight:700}
.timeline .tick{stroke:var(--line)}
.timeline .bar{stroke-width:1.5}
.timeline .done{fill:var(--pass);stroke:var(--pass)}
.timeline .refused{fill:var(--skip-ground);stroke:var(--skip)}
.timeline .read{fill:var(--info);stroke:none}
.timeline .unknown{fill:none;stroke:var(--inconclusive);stroke-dasharray:4 3}
.timeline .proof path,.timeline .proof .done{fill:var(--fail);stroke:var(--fail)}
.timeline .ground{fill:var(--fail-ground)}
.timeline .proof text{color:var(--fail)}
.seen-of[open]>summary .quiet{display:none}
.exchanges{padding:0;list-style:none;counter-reset:exchange}
.exchange{counter-increment:exchange;margin-top:1.1rem}
.exchange h4::before{content:counter(exchange) ". ";color:var(--quiet);font-weight:400}
.left{margin-top:1.1rem;color:var(--quiet)}
.lines{padding-left:1.4rem;font-size:.875rem}
.panes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:.75rem;margin:.35rem 0 .5rem}
.panes>div{min-width:0;display:flex;flex-direction:column}
pre{white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5;max-height:22rem;overflow:auto}
.panes pre{flex:1;padding:.65rem .85rem;background:var(--raised);border:1px solid var(--line);border-radius:.45rem}
.panes .name{color:var(--quiet)}
.panes .error{color:var(--inconclusive)}
.panes i{color:var(--quiet)}
.curl{padding:.5rem .85rem;border-radius:.45rem;background:var(--skip-ground);user-select:all;-webkit-user-select:all}
@supports selector(:has(*)){
.check,.result{display:none}
${switches},.check:has(:target),.check:target,.check:target>.result,.result:target,.result:has(:target){display:block}
}
.result,.result>div{scroll-margin-top:11rem}
@media (max-width:40rem){.filter{position:static}html{scroll-padding-top:.5rem}}
@media print{
:root{color-scheme:light}
body{padding:0;max-width:none;font-size:10pt}
.filter{position:static}
.filter input,.hint{display:none}
.matrix,pre,.timeline{max-height:none;overflow:visible}
.timeline svg{min-width:0}
.check{content-visibility:visible}
.check>h3,.exchange h4,h5{break-after:avoid}
.panes,.compare div,.timeline{break-inside:avoid}
.v,.compare div,.curl,.timeline{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.result::details-content{content-visibility:visible;block-size:auto}
}
`
