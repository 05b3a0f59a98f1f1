import type { Item, ResourceKit } from './kit.ts'
import type { CreateOptions } from './options.ts'

/**
 * An item that was there, and is gone. One that was made after it stays: where a name is the highest number and one more (a SQLite rowid,
 * json-server), that of the last item would be given to the next one that anybody makes, and be there again.
 */
export async function goneItem(resource: ResourceKit, { purpose = 'create an item' }: Pick<CreateOptions, 'purpose'> = {}): Promise<Item> {
  const item = await resource.create({ purpose })
  await resource.tryCreate({ purpose: 'create another, so that nobody else is given its name' })
  await item.remove({ purpose: 'delete it' })
  return item
}
