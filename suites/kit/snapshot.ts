import type { Json, Place, Resource } from '../../spec/contract.ts'
import { readPlaces } from '../../spec/places.ts'
import type { Answer } from './answer.ts'
import { isForm, markerInForm } from './form.ts'
import type { Snapshot } from './kit.ts'
import type { Scene } from './scene.ts'
import { tokenIn } from './token.ts'
import { markerOf } from './whole.ts'

/** The place of a member of what stands at a place. */
function below(place: Place, pointer: string): Place {
  return place.part === 'body' ? { ...place, name: place.name + pointer } : place
}

/** A read as a snapshot. */
export function snapshotOf(scene: Scene, resource: Resource, answer: Answer): Snapshot {
  const token = scene.tokenOf(resource)
  const exists = answer.ok
  const places = resource.payload.read === false ? [] : resource.payload.read
  const payload = exists ? readPlaces(places, answer) : undefined
  const at = markerOf(resource)
  const shown = (): Json | undefined =>
    at === undefined
      ? undefined
      : readPlaces(
          places.map((place) => below(place, at)),
          answer,
        )
  const marker = !exists ? undefined : isForm(resource) ? markerInForm(resource, String(payload)) : shown()
  return { answer, exists, token: exists && token ? tokenIn(answer, token) : undefined, payload, marker }
}
