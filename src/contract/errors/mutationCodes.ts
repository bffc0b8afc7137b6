/** Why a mutation cannot be applied to the schema: found before any target is touched. */
import { type ErrorFacts, of } from './errorClasses.ts'

const rejected = (sentence: string, advice: string): ErrorFacts<'MutationRejected'> =>
  of('MutationRejected', sentence, advice)

export const MUTATION_CODES = {
  NAME_REQUIRED: rejected('A name is missing or empty.', 'Give the name at the place that the message names.'),
  NAME_INVALID: rejected('A name has characters or a form that names cannot have.', 'Choose another name.'),
  NAME_NEEDS_WORD_BOUNDARY: rejected(
    'A name runs its words together where they must be told apart.',
    'Write the words apart, with spaces or capitals.',
  ),
  NAME_RESERVED: rejected('The system uses this name for itself.', 'Choose another name.'),
  NAME_TOO_LONG: rejected('A table or column of this name would exceed 63 bytes.', 'Choose a shorter name.'),
  MODEL_NOT_FOUND: rejected('The project has no model of this name.', 'Check the name with `schema show`.'),
  MODEL_EXISTS: rejected('A model of this name exists already.', 'Choose another name, or change the existing model.'),
  MODEL_HAS_CONNECTIONS: rejected(
    'The model has connections that the mutation would break.',
    'Delete the connections first.',
  ),
  MODEL_HAS_NO_FIELDS: rejected(
    'The model has no fields, so that nothing can be connected to it.',
    'Add a field first.',
  ),
  MODEL_PROTECTED: rejected('The model belongs to the system.', 'It cannot be changed this way.'),
  FIELD_NOT_FOUND: rejected('The model has no field of this name.', 'Check the name with `schema show`.'),
  FIELD_EXISTS: rejected('The model has a field of this name already.', 'Choose another name, or update the field.'),
  FIELD_PROTECTED: rejected('The field belongs to the system or to a relation.', 'It cannot be changed this way.'),
  PARENT_NOT_FOUND: rejected('There is no field at the given parent path.', 'Check the path with `schema show`.'),
  PARENT_AMBIGUOUS: rejected('Several fields have the name of the parent.', 'Give the full path of the parent.'),
  TYPE_UNSUPPORTED: rejected('Fields of this type are not supported.', 'Choose one of the types in the message.'),
  TYPE_MISMATCH: rejected(
    'A value, an input type or a setting does not fit the type of the field.',
    'Correct the value, or choose another type.',
  ),
  CONSTRAINT_UNSUPPORTED: rejected(
    'The field cannot have this constraint.',
    'Leave the constraint out, or choose a type that can have it.',
  ),
  CAST_UNSUPPORTED: rejected(
    'The values of the field cannot be converted as asked.',
    'Add a new field, and copy what you need into it.',
  ),
  DEFAULT_REQUIRED: rejected('A required field needs a default for the rows that exist.', 'Give a default.'),
  CONNECTION_NOT_FOUND: rejected('There is no such connection.', 'Check both models with `schema show`.'),
  CONNECTION_KIND_CHANGE: rejected(
    'The connection exists with another cardinality.',
    'Delete the connection, and create it again.',
  ),
  CONNECTION_NEEDS_ALIAS: rejected(
    'A second connection between the same models needs a name of its own.',
    'Give `known_as`.',
  ),
  CHANGESET_CONFLICT: rejected(
    'Mutations of a changeset do not apply to the current schema.',
    'Correct the mutations that the message lists; none was applied.',
  ),
} as const
