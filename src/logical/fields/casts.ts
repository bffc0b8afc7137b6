/** Which types a field's values can be turned into, and whether each value has to be looked at. */
import { MutationRejected } from '../../errors.ts'
import { type FieldKind, fixedChoices } from './fieldKind.ts'

/** What a value is when it is turned into another type; the form in which columns and documents hold it. */
export type ValueKind = 'text' | 'int' | 'double' | 'boolean' | 'date' | 'list' | 'object' | 'repeated' | 'media'

/** `same`: nothing to do; `free`: every value fits; `checked`: values that do not fit refuse the change. */
export type Cast = 'same' | 'free' | 'checked'

const CASTS: Readonly<Record<ValueKind, Readonly<Partial<Record<ValueKind, Cast>>>>> = {
  text: { text: 'same', int: 'checked', double: 'checked', boolean: 'checked', date: 'checked', list: 'free' },
  int: { text: 'free', int: 'same', double: 'free', boolean: 'checked', list: 'free' },
  double: { text: 'free', int: 'checked', double: 'same', list: 'free' },
  boolean: { text: 'free', int: 'free', double: 'free', boolean: 'same' },
  date: { text: 'free', date: 'same' },
  list: { text: 'free', list: 'same', repeated: 'free' },
  object: { text: 'free', object: 'same', repeated: 'free' },
  repeated: { text: 'free', list: 'free', repeated: 'same' },
  media: { media: 'same' },
}

/** What the values of a field are. */
export function valueKindOf(field: FieldKind): ValueKind {
  switch (field.field_type) {
    case 'text':
    case 'multiline':
      return 'text'
    case 'number':
      return field.input_type === 'int' ? 'int' : 'double'
    case 'list':
      return fixedChoices(field) === null ? 'list' : 'text'
    case 'geo':
      throw new Error('no field of type geo is ever stored')
    default:
      return field.field_type
  }
}

/** How values get from one type to the other. Errors: `CAST_UNSUPPORTED`. */
export function castBetween(from: FieldKind, to: FieldKind, path: string): Cast {
  const cast = CASTS[valueKindOf(from)][valueKindOf(to)]
  if (cast !== undefined) return cast
  const text = `values of a ${from.field_type} field (${from.input_type}) cannot become ${to.field_type} (${to.input_type})`
  throw new MutationRejected('CAST_UNSUPPORTED', text, { path })
}
