/** The known name that is most like this one, if any is like enough to be meant. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  return alike(name, known)[0]
}

/** The known names that are like enough to this one to be meant, the likest first. */
export function alike(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase()
  return known
    .map((other) => ({ other, far: distance(wanted, other.toLowerCase()) }))
    .filter(({ other, far }) => far <= Math.max(1, Math.ceil(Math.max(name.length, other.length) / 3)))
    .toSorted((a, b) => a.far - b.far)
    .map(({ other }) => other)
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j]!, before[j - 2]! + 1)
    }
    before = row
    row = next
  }
  return row[b.length]!
}
