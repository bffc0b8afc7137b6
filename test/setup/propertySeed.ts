/** Properties see the same cases in every run, unless FAST_CHECK_SEED asks for others: a run is green or red for a reason. */
import fc from 'fast-check'

const DEFAULT_SEED = 20261123

const given = Number(process.env.FAST_CHECK_SEED)
fc.configureGlobal({ seed: Number.isInteger(given) && given !== 0 ? given : DEFAULT_SEED })
