/** Of how sure a claim is: 19 of 20 such claims hold. */
const confidence = 0.95

/**
 * What may honestly be said after so many rounds, in `losses` of which something was proved. No loss in n rounds does not mean never: a rate of p
 * stays unseen with a chance of (1 - p)^n, so with 95 % confidence the rate is below 1 - 0.05^(1/n), which is about 3/n. Never "safe".
 * Throws a RangeError where the numbers are no counts.
 */
export function claim(rounds: number, losses: number): string {
  if (![rounds, losses].every(Number.isSafeInteger) || losses < 0 || losses > rounds)
    throw new RangeError(`${losses} losses in ${rounds} rounds: both must be whole numbers, the losses no more than the rounds`)
  if (rounds === 0) return 'no round was finished: nothing can be said'
  const amount = `${rounds.toLocaleString('en-US')} ${rounds === 1 ? 'round' : 'rounds'}`
  if (losses > 0) return `${amount}, a loss proved in ${losses === rounds && rounds > 1 ? 'each' : losses.toLocaleString('en-US')}`
  return `${amount}, no loss seen: rate below ${percent(unseenRate(rounds))} % at ${confidence * 100} %`
}

/** The highest rate at which a loss stays unseen in so many rounds with a chance of 5 %. */
export function unseenRate(rounds: number): number {
  return -Math.expm1(Math.log1p(-confidence) / rounds)
}

/** Two digits, rounded up: a claim must not say more than it knows. */
function percent(rate: number): string {
  const exponent = Math.floor(Math.log10(rate * 100)) - 1
  const unit = 10 ** exponent
  const up = Math.ceil((rate * 100) / unit - 1e-9)
  return Number((up * unit).toPrecision(3)).toFixed(Math.max(0, -exponent))
}
