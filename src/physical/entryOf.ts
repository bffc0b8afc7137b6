/**
 * The entry of that name, which is any that Postgres allows. Never `record[name]`: every object of JavaScript has entries
 * that nobody has put there, `constructor` among them.
 */
export function entryOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
