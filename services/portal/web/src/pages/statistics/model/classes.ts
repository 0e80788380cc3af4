// Class breaks of a choropleth: quantiles, which give every colour its share of areas however skewed the counts are.

/** At most `count` ascending upper bounds; the last is the maximum. Equal values never fall into two classes. */
export function quantileBreaks(values: readonly number[], count: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const breaks: number[] = [];
  for (let i = 1; i <= count; i += 1) {
    const bound = sorted[Math.ceil((i * sorted.length) / count) - 1]!;
    if (breaks.at(-1) !== bound) breaks.push(bound);
  }
  return breaks;
}

/** The class a value falls into: the first whose bound is not below it. */
export function classOf(breaks: readonly number[], value: number): number {
  const at = breaks.findIndex((bound) => value <= bound);
  return at < 0 ? breaks.length - 1 : at;
}

/** One hue from light to dark: readable in grey and with any colour vision. */
export const CLASS_COLOURS = ['#e8f1fe', '#9db7f9', '#4979f5', '#0031d8', '#00118f'] as const;
export const SUPPRESSED_COLOUR = '#b3b3b3';
