import type { Model } from './model.ts'
import type { Random } from './random.ts'
import type { Schemas } from './schemas.ts'

/**
 * A new id that fits the schema of the ids and is free: `order-3f9a12c8`, a UUID or a number, whichever fits first.
 *
 * @param free says whether an id can be taken now
 */
export function newId(model: Model, random: Random, schemas: Schemas, free: (id: string) => boolean): string {
  const { idSchema, resource } = model
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const hex = random.hex()
    const numeric = 1 + (Number.parseInt(hex.slice(0, 8), 16) % 2_000_000_000)
    const candidates = [`${resource.name}-${hex.slice(0, 8)}`, random.uuid(), hex.slice(0, 8), hex.slice(0, 24), String(numeric)]
    const fitting =
      candidates.find((each) => schemas.fits(idSchema, each)) ?? (schemas.fits(idSchema, numeric) ? String(numeric) : undefined)
    const id = fitting ?? candidates[0]!
    if (free(id)) return id
  }
  throw new Error(`no free id for ${resource.name} in 100 attempts: its schema leaves too few`)
}
