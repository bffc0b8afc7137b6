/**
 * What is said when Temporal cannot be used: by the client and by the worker, which connect in two ways. Of what the
 * libraries say only the kind is told: their texts may hold headers, keys and addresses with passwords.
 */
import { isGrpcServiceError } from '@temporalio/client'
import { NamespaceNotFoundError } from '@temporalio/common'
import type { Config } from './config.ts'
import { SurroundingsMissing } from './errors.ts'

const IN_TIME = 'no answer came in time'
const CREDENTIALS = 'it refuses our credentials, or they do not allow this call'

/** By status of gRPC: nothing was said about the request. Every other status is an answer to it. */
const NO_ANSWER: Readonly<Record<number, string>> = {
  1: 'the call was cut off',
  4: IN_TIME,
  7: CREDENTIALS,
  8: 'it accepts no more requests at present',
  14: 'the connection broke, or could not be made',
  16: CREDENTIALS,
}

/** The first that fits counts; the words are those of Node and of Temporal's native library. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/invalid address/i, 'that is not an address: a host name is expected, with or without a port'],
  [/ECONNREFUSED|ConnectionRefused/, 'the connection was refused'],
  [/ENOTFOUND|EAI_AGAIN|dns error|name resolution/i, 'its host name is not known'],
  [/unauthenticated|permission ?denied/i, CREDENTIALS],
  [/PEM|DECODER|KeyParse|CertificateParse/i, 'the TLS certificate or key from the settings cannot be read'],
  [/certificate/i, 'a TLS certificate is not accepted'],
  [
    /InvalidContentType|wrong version number|\b(tls|ssl)\b/i,
    'the TLS handshake failed: one side uses TLS, the other does not',
  ],
  [/http2|h2 protocol/i, 'what answers there is no Temporal server'],
  [/ETIMEDOUT|timed out|deadline/i, IN_TIME],
  [/ECONNRESET|EPIPE|ConnectionReset|broken pipe/i, 'the connection broke'],
]

/** Our error for a connection that did not come about, whoever wanted it; `at` is not known of one that broke later. */
export function temporalUnreachable(
  error: unknown,
  at?: Pick<Config['temporal'], 'address' | 'namespace'>,
): SurroundingsMissing {
  const reason = reasonOf(error)
  const where = at === undefined ? '' : ` at ${at.address.replace(/^.*@/, '')} (namespace ${at.namespace})`
  const text = `Temporal does not answer${where}: ${reason}.`
  return new SurroundingsMissing('TEMPORAL_UNREACHABLE', text, { details: { reason } })
}

/** Our error for a call that Temporal did not answer, or whose namespace it lacks; any other comes back as it is. */
export function asTemporalTrouble(error: unknown): unknown {
  if (error instanceof NamespaceNotFoundError) {
    const text = `Temporal has no namespace "${error.namespace}": create it, or set TEMPORAL_NAMESPACE to one that exists.`
    return new SurroundingsMissing('SETTING_INVALID', text)
  }
  const status = statusOf(error)
  return status !== null && status in NO_ANSWER ? temporalUnreachable(error) : error
}

/** That of the call, also where Temporal's client has wrapped it. */
function statusOf(error: unknown): number | null {
  const inner = isGrpcServiceError(error) ? error : (error as { cause?: unknown } | undefined)?.cause
  return isGrpcServiceError(inner) ? inner.code : null
}

function reasonOf(error: unknown): string {
  const said = [error, (error as { cause?: unknown } | undefined)?.cause]
    .flatMap((each) => (each instanceof Error ? [`${(each as NodeJS.ErrnoException).code ?? ''} ${each.message}`] : []))
    .join(' ')
  const known = REASONS.find(([words]) => words.test(said))?.[1]
  const status = statusOf(error)
  return known ?? (status === null ? undefined : NO_ANSWER[status]) ?? `for a reason of the kind ${nameOf(error)}`
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
