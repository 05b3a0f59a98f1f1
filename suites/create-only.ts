import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { demandOf, tagOf, writeWith } from './kit/condition.ts'
import type { Item, Kit } from './kit/kit.ts'
import { newOnly, newRequest } from './kit/new-request.ts'

/** Writes that say "it must not exist" (RFC 9110 §13.1.2: `If-None-Match: *`), and writes with a list of tags. */

/** A name that is free can be taken. */
export const createsMissing: Check = check({
  id: 'create-only/creates-missing',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2',
  title: 'a write that says "must not exist" creates what does not',
  why: 'nobody can create safely, so everybody creates without the condition and overwrites what others made',
  fix: 'treat the condition as true where there is nothing at this URL',
  recipe: 'create-only',
  alarms: 'Names of deleted items may stay reserved; then 409 is right, and the contract should say so.',
  needs: ['guard.create-only'],
  catches: ['create-only-refused'],
  async run(kit) {
    const request = await newRequest(kit)
    const answer = await kit.send({ ...request, purpose: 'create, saying that it must not exist' })
    kit.prove.succeeded(answer)
    const item = await kit.resource.found(answer)
    kit.control(item !== undefined, 'the answer to the create does not tell what was created')
    kit.prove.stored(await item!.read(), request.marker)
  },
})

/** Creating is told apart from replacing. */
export const says201: Check = check({
  id: 'create-only/says-201',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §9.3.4',
  title: 'a write that creates is answered 201, one that replaces is not',
  why: 'programs that synchronise take somebody else’s item for one that they have just created',
  fix: 'answer 201 where nothing was there before, 200 or 204 where something was replaced',
  recipe: 'create-only',
  alarms: '202 is fine where the work is done later. A name that was deleted softly may come back with 200.',
  needs: ['guard.create-only'],
  catches: ['created-says-200'],
  async run(kit) {
    const request = await newRequest(kit)
    const said = request.operation.responses.map(({ status }) => status).filter((status) => status.startsWith('2'))
    if (said.length > 0 && !['200', '204'].some((status) => said.includes(status)))
      kit.skip(`the document declares no answer to a replacement but ${said.join(', ')}`)
    if (said.length > 0 && !['201', '202', '2XX'].some((status) => said.includes(status)))
      kit.skip(`the document declares no 201 for a write, only ${said.join(', ')}`)
    const answer = await kit.send({ ...request, purpose: 'create, saying that it must not exist' })
    kit.control(answer.ok, `the create is answered ${answer.shown} (create-only/creates-missing)`)
    kit.prove.status(answer, 201, 202)
    const item = (await kit.resource.found(answer)) ?? kit.inconclusive('the answer to the create does not tell what was created')
    await item.read()
    const again = await item.write({ purpose: 'control: replace it' })
    kit.prove.that(again.status !== 201, 'a replacement is called a creation', '200 or 204', again.shown)
  },
})

/** What exists is not overwritten. */
export const existingUnchanged: Check = check({
  id: 'create-only/existing-unchanged',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2',
  title: 'a write that says "must not exist" does not touch what exists',
  why: 'two people who create under the same name overwrite each other, and neither is told',
  fix: 'insert where the key is free in one statement: INSERT … ON CONFLICT DO NOTHING, and look at the count',
  recipe: 'create-only',
  needs: ['guard.create-only'],
  catches: ['create-only-ignored', 'exists-performed-but-412'],
  async run(kit) {
    const item = await kit.resource.create()
    const before = item.last
    await kit.send(
      newOnly(await writeWith(kit, item, {}, { token: null, purpose: 'write what exists, saying that it must not' }), kit.guard),
    )
    kit.prove.unchanged(before, await item.read())
    await item.write({ purpose: 'control: write what exists, without saying so' })
  },
})

/** And the client is told so. */
export const existingRefused: Check = check({
  id: 'create-only/existing-refused',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2',
  title: 'a write that says "must not exist" of what exists is answered as the contract says',
  why: 'a client cannot tell "the name is taken" from any other failure, or takes it for success',
  fix: 'answer with the outcome "exists" of the contract (by RFC 9110: 412)',
  recipe: 'create-only',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.create-only'],
  catches: ['exists-says-400', 'exists-fails'],
  async run(kit) {
    const item = await kit.resource.create()
    const request = await writeWith(kit, item, {}, { token: null, purpose: 'write what exists, saying that it must not' })
    const answer = await kit.send(newOnly(request, kit.guard))
    // two promises meet here, and no contract says which comes first
    const demand = demandOf(kit)
    const alike = demand?.missing.as === kit.guard.outcomes.exists?.as
    if (!alike && demand?.missing.status.includes(answer.status))
      kit.skip(`answered as "missing" (${demand.name}), which the contract promises too`)
    kit.prove.outcome(answer, 'exists')
  },
})

/** The condition looks at what is there, not at what is sent. */
export const identicalRefused: Check = check({
  id: 'create-only/identical-refused',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.2',
  title: 'the same create-only write again is refused, although the content is the same',
  why: 'each of two clients believes that it was the one that created the item, and both go on as its owner',
  fix: 'decide by whether something is there; do not compare contents first',
  recipe: 'create-only',
  alarms: 'A 2xx for a repeat of the same content breaks the letter of RFC 9110 §13.1.2 and harms nobody.',
  needs: ['guard.create-only'],
  catches: ['identical-create-succeeds'],
  async run(kit) {
    if (kit.guard.outcomes.repeated) kit.skip('the contract answers an identical create with "repeated"')
    const request = await newRequest(kit)
    const first = await kit.send({ ...request, purpose: 'create, saying that it must not exist' })
    kit.control(first.ok, `the create is answered ${first.shown} (create-only/creates-missing)`)
    const item = (await kit.resource.found(first)) ?? kit.inconclusive('the answer to the create does not tell what was created')
    const before = await item.read()
    const answer = await kit.send({ ...request, purpose: 'the same create again' })
    kit.prove.unchanged(before, await item.read())
    kit.prove.refused(answer)
  },
})

/** A listed tag that is current makes the condition false. */
export const currentTagRefused: Check = check({
  id: 'create-only/current-tag-refused',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.2',
  title: 'a write that names the current tag in If-None-Match is refused and changes nothing',
  why: 'a program that writes only where the stored version is not yet the one it knows writes always',
  fix: 'compare If-None-Match with the current tag on writes as on reads, W/ left out of both; answer 412 where one matches',
  recipe: 'conditions',
  alarms: 'Some stores know only `*` here and answer 400, which is safe.',
  needs: ['guard.create-only'],
  catches: ['tags-ignored-on-write', 'weak-tag-passes-on-write'],
  async run(kit) {
    sentAsIfNoneMatch(kit)
    const item = await kit.resource.create()
    const before = item.last
    // the comparison is weak: W/ makes no difference, whoever put it there or took it away
    for (const mark of tagOf(kit, item).startsWith('"') ? ['', 'W/'] : ['']) {
      const fields = { 'If-None-Match': mark + tagOf(kit, item) }
      const purpose = `write with the current tag${mark && ', marked as weak,'} in If-None-Match`
      const answer = await aloneOrBeside(kit, item, fields, purpose)
      kit.prove.unchanged(before, await item.read())
      kit.prove.refused(answer)
    }
    await item.write({ purpose: 'control: write without If-None-Match' })
  },
})

/** One that is not leaves it true. */
export const otherTagPerformed: Check = check({
  id: 'create-only/other-tag-performed',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.2',
  title: 'a write whose If-None-Match names only tags that are not current is performed',
  why: 'a write that should go through is refused for ever, since its condition can never be true',
  fix: 'read the field as a list of tags; only * means "must not exist"',
  recipe: 'conditions',
  alarms: 'Some stores know only `*` here and answer 400, which is safe.',
  needs: ['guard.create-only'],
  catches: ['any-tag-means-exists'],
  async run(kit) {
    sentAsIfNoneMatch(kit)
    const item = await kit.resource.create()
    const request = await writeWith(
      kit,
      item,
      { 'If-None-Match': `"${kit.fresh()}"` },
      { purpose: 'write with another tag in If-None-Match' },
    )
    const answer = await kit.send(request)
    if (answer.status === 400 || answer.status === 501) kit.skip(`only * is accepted in If-None-Match here (answered ${answer.status})`)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), request.marker)
  },
})

/** A write with these fields and no token; where that is not enough, beside the current one. What comes of both together `precedence/both-must-hold` asks. */
async function aloneOrBeside(kit: Kit, item: Item, fields: Record<string, string>, purpose: string): Promise<Answer> {
  const alone = await kit.send(await writeWith(kit, item, fields, { token: null, purpose }))
  const missing = demandOf(kit)?.missing
  if (!missing?.status.includes(alone.status)) return alone
  return kit.send(await writeWith(kit, item, fields, { purpose: `${purpose}, beside the current token` }))
}

function sentAsIfNoneMatch(kit: Kit): void {
  const place = kit.guard.send.find(({ part, name }) => part === 'header' && name.toLowerCase() === 'if-none-match')
  if (place === undefined) kit.skip('"must not exist" is not said with If-None-Match here')
}
