import type { Band, Candle, Entry } from '@/shared/live/messages';

/** Index of the first bar that opens at or after a moment (seconds). */
export function firstBarFrom(candles: Candle[], seconds: number): number {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle]?.[0] ?? 0) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Span {
  from: number;
  to: number;
  band: Band;
}

/** Bands in bars: each ends where the next begins, the last one at the right edge. */
export function spans(bands: Band[], candles: Candle[]): Span[] {
  const edge = candles.length + 1_000;
  return bands
    .map((band, index) => {
      const next = bands[index + 1];
      const from = firstBarFrom(candles, band.at / 1e6);
      return { from, to: next ? firstBarFrom(candles, next.at / 1e6) : edge, band };
    })
    .filter(({ from, to }) => to > from);
}

export interface Mark {
  /** Open of the bar in seconds. */
  time: number;
  text: string;
  undone: boolean;
}

/** One mark for each adaptation that falls on the candles, on the bar that closed then. */
export function marks(entries: Entry[], candles: Candle[]): Mark[] {
  return entries.flatMap((entry) => {
    const bar = candles[firstBarFrom(candles, entry.at / 1e6) - 1];
    const first = candles[0]?.[0] ?? 0;
    if (!bar || entry.at / 1e6 < first) return [];
    return [{ time: bar[0], text: `#${entry.seq}`, undone: entry.status === 'rolled back' }];
  });
}
