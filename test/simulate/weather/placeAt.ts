/** Where weather strikes. */
import type { PlacedTenant, WorldServer } from '../types.ts'
import type { WeatherPlace } from './kind.ts'

/** The base or tenant of that number, counted round, with its server; undefined in a project that has none yet. */
export async function placeAt(
  { world, project }: WeatherPlace,
  number: number,
): Promise<{ readonly at: PlacedTenant; readonly server: WorldServer } | undefined> {
  const places = (await world.places()).filter((place) => place.project === project)
  const at = places[number % Math.max(1, places.length)]
  const server = at && world.servers.get(at.server)
  return at === undefined || server === undefined ? undefined : { at, server }
}
