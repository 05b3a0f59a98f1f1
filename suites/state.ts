import { readPointer } from '../http/pointer.ts'
import { type Check, check } from './kit/check.ts'
import { goneItem } from './kit/gone.ts'
import { family, namedAt, parentOf, under } from './kit/family.ts'
import { pointerInItem } from './kit/whole.ts'

/** State conflicts: what the present state of other items forbids, whatever version the client knows. Actions are in `transitions.ts`. */

/** Deleting what others hang on is refused whole. */
export const nonEmptyStays: Check = check({
  id: 'state/non-empty-stays',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s rule `has-children`',
  title: 'deleting an item that others belong to deletes neither it nor them',
  why: 'one click on a folder takes everything in it along, or leaves parts that belong to nothing',
  fix: 'a foreign key with ON DELETE RESTRICT, its violation turned into the conflict answer',
  recipe: 'references',
  alarms: 'Deleting the children along with the parent is legitimate where it is documented; the contract should not have the rule then.',
  needs: ['create', 'read', 'delete', 'rule.has-children'],
  catches: ['delete-cascades', 'delete-orphans'],
  async run(kit) {
    for (const rule of kit.rules('has-children')) {
      const { parent, child } = await family(kit, rule)
      await parent.tryRemove({ purpose: 'delete the item that another belongs to' })
      kit.prove.exists(await parent.read({ purpose: 'see that it is still there' }))
      kit.prove.exists(await child.read({ purpose: 'see that what belongs to it is still there' }))
    }
  },
})

export const nonEmptyOutcome: Check = check({
  id: 'state/non-empty-outcome',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `blocked`',
  title: 'the refusal to delete what is not empty is the one that the contract promises, and names what is in it',
  why: 'a client cannot tell "empty it first" from "you may not" or "somebody was faster"',
  fix: 'answer as documented, with the ids of what is still there',
  recipe: 'references',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['create', 'read', 'delete', 'rule.has-children'],
  catches: ['blocked-other-status', 'blocked-names-wrong-children'],
  async run(kit) {
    for (const rule of kit.rules('has-children')) {
      const { parent, child } = await family(kit, rule)
      const answer = await parent.tryRemove({ purpose: 'delete the item that another belongs to' })
      kit.prove.outcome(answer, 'blocked', { of: rule })
      const told = kit.prove.revealed(answer, 'blocked', 'children', rule).map(String)
      if (told.length > 0)
        kit.prove.that(told.length === 1 && told[0]!.includes(child.id), 'the answer names the wrong children', child.id, told.join(', '))
    }
  },
})

export const emptiedGoes: Check = check({
  id: 'state/emptied-can-go',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10',
  title: 'once what belonged to it is gone, the item can be deleted',
  why: 'a refusal that nothing ends is no conflict: nobody can ever tidy up',
  fix: 'count what is there now, not what ever was: leave out the rows that are marked as deleted',
  recipe: 'references',
  alarms: 'Children that are deleted later, or kept for a time, may hold the parent legitimately.',
  needs: ['create', 'read', 'delete', 'rule.has-children'],
  catches: ['delete-blocked-for-ever'],
  async run(kit) {
    for (const rule of kit.rules('has-children')) {
      const { parent, child } = await family(kit, rule)
      if (!child.resource.spec.operations.has('delete')) kit.skip(`the contract has no delete of ${child.resource.name}`)
      const refused = await parent.tryRemove({ purpose: 'delete the item that another belongs to' })
      if (refused.ok) kit.blocked('state/non-empty-stays', 'the delete was not refused')
      await child.remove({ purpose: 'delete what belongs to it' })
      await parent.read({ purpose: 'read the emptied item' })
      kit.prove.succeeded(await parent.tryRemove({ purpose: 'delete the emptied item' }))
      kit.prove.absent(await parent.read({ purpose: 'see that it is gone' }))
    }
  },
})

/** Nothing may hang on what is not there. */
export const parentMissing: Check = check({
  id: 'state/parent-missing',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s rule `parent-missing`',
  title: 'nothing is created under a parent that is gone',
  why: 'what belongs to nothing is in no list: people look for what they saved and never find it',
  fix: 'a foreign key, its violation turned into the answer that the contract promises',
  recipe: 'references',
  alarms: '409, 404, 400 and 422 are all in use, and some APIs create the parent: what counts is what the contract says.',
  needs: ['create', 'read', 'rule.parent-missing'],
  catches: ['parent-not-checked', 'parent-missing-other-status'],
  async run(kit) {
    for (const rule of kit.rules('parent-missing')) {
      const above = parentOf(kit, rule.parent) ?? kit.skip('the contract does not say whose id names the parent')
      if (!above.spec.operations.has('delete')) kit.skip(`the contract has no delete of ${above.name}`)
      const parent = await above.create({ purpose: 'create a parent' })
      const control = await kit.resource.tryCreate({
        ...under(rule.parent, parent.id, kit.resource),
        purpose: 'create under the parent that is there',
      })
      kit.control(control.ok, `a create under a parent that is there is answered ${control.shown}`)
      const gone = await goneItem(above, { purpose: 'create a parent' })
      const answer = await kit.resource.tryCreate({
        ...under(rule.parent, gone.id, kit.resource),
        purpose: 'create under the parent that is gone',
      })
      kit.prove.that(!answer.ok, 'something was created under a parent that is gone', 'a refusal', answer.shown)
      kit.prove.outcome(answer, 'blocked', { of: rule, truth: { sentValue: gone.id } })
    }
  },
})

/** Nothing may become part of itself. */
export const noCycle: Check = check({
  id: 'state/no-cycle',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s rule `cycle`',
  title: 'an item cannot be moved under itself or under what belongs to it',
  why: 'the branch is cut off from the tree: it is in no list, and every walk up from it runs for ever',
  fix: 'walk up from the new parent in the same transaction, and refuse if the walk meets the item',
  recipe: 'references',
  needs: ['create', 'read', 'write', 'rule.cycle'],
  catches: ['cycle-not-checked', 'cycle-only-itself'],
  async run(kit) {
    const rule = kit.rule('cycle')
    const at = rule.parent.part === 'body' ? pointerInItem(rule.parent.name, kit.resource.spec) : undefined
    if (at === undefined) return kit.skip('the parent is not named in the item')
    const top = await kit.resource.create({ purpose: 'create an item' })
    const below = await kit.resource.create({ set: { [at]: namedAt(rule.parent, top.id) }, purpose: 'create one under it' })
    kit.control(
      readPointer(below.last.payload, at) === namedAt(rule.parent, top.id),
      `a new item does not show its parent at ${rule.parent.name}`,
    )
    const role = kit.resource.spec.operations.has('patch') ? 'patch' : 'replace'
    for (const [where, id] of [
      ['under itself', top.id],
      ['under what belongs to it', below.id],
    ] as const) {
      const answer = await kit.send({
        ...(await top.request(role, { set: { [at]: namedAt(rule.parent, id) } })),
        purpose: `move it ${where}`,
      })
      kit.prove.unchanged(top.last, await top.read({ purpose: 'see that it was not moved' }))
      kit.prove.outcome(answer, 'blocked', { of: rule, truth: { sentValue: id } })
    }
  },
})

/** Repeating a delete has no further effect. */
export const deleteAgain: Check = check({
  id: 'state/delete-again',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §9.2.2, §9.3.5',
  title: 'deleting what is gone already does no harm, whatever it is answered',
  why: 'a retry after a lost answer takes the next item along, or ends in an alarm',
  fix: 'delete by id, never by position; answer 404, 410 or 204 when nothing was there',
  recipe: 'transitions',
  alarms: '404, 410 and 204 are all right for the second delete.',
  needs: ['create', 'read', 'delete'],
  catches: ['delete-again-server-error', 'delete-again-deletes-another'],
  async run(kit) {
    const before = await kit.resource.create({ purpose: 'create a neighbour' })
    const item = await kit.resource.create({ purpose: 'create the item to delete' })
    const after = await kit.resource.create({ purpose: 'create another neighbour' })
    const request = await item.request('delete')
    const first = await kit.send({ ...request, purpose: 'delete it' })
    kit.control(first.ok, `the delete is answered ${first.shown}`)
    const second = await kit.send({ ...request, purpose: 'delete it again, the same request' })
    kit.prove.that(second.status < 500, 'the second delete is answered with a server error', 'a status below 500', second.shown)
    for (const neighbour of [before, after])
      kit.prove.unchanged(neighbour.last, await neighbour.read({ purpose: 'see that a neighbour is as it was' }))
  },
})
