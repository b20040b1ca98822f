import type { Weighed } from '@/shared/live/messages';

/** Codes of the server's reasons that are not refusals. */
const NO_FORECAST = -1;
const TRADED = 0;

export interface Refused {
  topic: string;
  coin: string;
  probability: number | null;
  net_edge: number | null;
}

export interface ReasonGroup {
  code: number;
  forecasts: Refused[];
}

/** The latest forecasts that were not traded, by what stood in the way; the largest group first. */
export function notTraded(verdicts: Record<string, Weighed>): ReasonGroup[] {
  const groups = new Map<number, Refused[]>();
  for (const [topic, weighed] of Object.entries(verdicts)) {
    weighed.coins.forEach((coin, index) => {
      const code = weighed.reasons[index] ?? NO_FORECAST;
      if (code === NO_FORECAST || code === TRADED) return;
      const refused = {
        topic,
        coin,
        probability: weighed.probability[index] ?? null,
        net_edge: weighed.net_edge[index] ?? null,
      };
      groups.set(code, [...(groups.get(code) ?? []), refused]);
    });
  }
  return [...groups]
    .map(([code, forecasts]) => ({ code, forecasts }))
    .sort((a, b) => b.forecasts.length - a.forecasts.length);
}
