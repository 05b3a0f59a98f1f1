import type { Content, Exchange, HeaderLine } from '../model.ts'
import { statusLine } from '../short.ts'
import { seconds } from '../summary.ts'
import { markup, type Markup } from './markup.ts'

/** Characters of a body that the page shows; the JSON report has all that was kept. */
const longestBody = 4000

/** A whole exchange: purpose, request and response beside each other, and the `curl` command that sends it again. */
export function panes({ purpose, request, response, error, ms }: Exchange, command: string): Markup {
  const sent = [markup`<b>${request.method} ${request.url}</b>`, ...lines(request)]
  const got = response === null ? [] : [markup`<b>${statusLine(response.status)}</b>`, ...lines(response)]
  if (error !== null) got.push(markup`<b class="error">${error}</b>`)
  return markup`<li class="exchange"><h4>${purpose}</h4>
<div class="panes">
<div><h5>Request</h5><pre tabindex="0">${joined(sent)}</pre></div>
<div><h5>Response <span class="quiet">after ${seconds(ms)}</span></h5><pre tabindex="0">${joined(got)}</pre></div>
</div>
<pre class="curl" tabindex="0" title="One click selects all of it">${command}</pre></li>
`
}

/** Header lines, an empty line, the content: as HTTP writes a message. */
function lines({ headers, body }: { headers: HeaderLine[]; body: Content | null }): Markup[] {
  const fields = headers.map(([name, value]) => markup`<span class="name">${name}:</span> ${value}`)
  return body === null || body.bytes === 0 ? fields : [...fields, markup``, content(body)]
}

function content({ text, encoding, bytes, truncated }: Content): Markup {
  const size = `${bytes.toLocaleString('en-US')} bytes`
  if (encoding === 'base64') return markup`<i>binary, ${size}, in base64:</i> ${text.slice(0, longestBody)}`
  const cut = truncated || text.length > longestBody
  return markup`${text.slice(0, longestBody)}${cut && markup`<i>… cut, ${size} in all</i>`}`
}

function joined(parts: readonly Markup[]): Markup[] {
  return parts.map((part, index) => (index === 0 ? part : markup`\n${part}`))
}

/** An exchange in one line, for what went well. */
export function oneLine({ purpose, request, response, error }: Exchange): Markup {
  const end = response === null ? (error ?? 'no response') : statusLine(response.status)
  return markup`<li>${purpose}: <code>${request.method} ${request.url}</code> → ${end}</li>
`
}
