import { flooredShare } from '@/shared/format/numbers';
import { PHASES, type Phase } from '@/shared/live/context-monitor';
import type { Cell, MarketContext } from '@/shared/live/messages';

export const REGIMES = ['low', 'medium', 'high'] as const;
export type Regime = (typeof REGIMES)[number];

/** Below this number of settled forecasts a share says nothing. */
export const ENOUGH = 30;

/** Above this P(net edge > 0) a cell is outlined; the server's gate, where it tells one. */
export const PICKED = 0.75;

export interface Place {
  phase: Phase;
  regime: Regime;
}

export interface MatrixCell extends Place {
  topic: string;
  hits: number;
  n: number;
  /** Whole percent, floored; null where there is none or too little. */
  share: number | null;
  probability: number | null;
  picked: boolean;
  enough: boolean;
}

export interface MatrixRow {
  topic: string;
  cells: MatrixCell[];
}

const NOTHING: Cell = { hits: 0, n: 0, probability: null };

/** Columns: the four phases by three regimes, and "uncertain" where forecasts fell into it. */
export function places(accuracy: Record<string, Cell>): Place[] {
  const uncertain = Object.entries(accuracy).some(
    ([key, cell]) => key.split('|')[1] === 'uncertain' && cell.n > 0,
  );
  const phases: Phase[] = uncertain ? [...PHASES, 'uncertain'] : [...PHASES];
  return phases.flatMap((phase) => REGIMES.map((regime) => ({ phase, regime })));
}

/** One row for each topic that ever had a forecast settled or weighed, by name. */
export function matrix(accuracy: Record<string, Cell>, gate: number | null): MatrixRow[] {
  const topics = [...new Set(Object.keys(accuracy).map((key) => key.split('|')[0] ?? ''))].sort();
  const columns = places(accuracy);
  return topics.map((topic) => ({
    topic,
    cells: columns.map((place) => cell(topic, place, accuracy, gate ?? PICKED)),
  }));
}

function cell(
  topic: string,
  place: Place,
  accuracy: Record<string, Cell>,
  gate: number,
): MatrixCell {
  const found = accuracy[`${topic}|${place.phase}|${place.regime}`] ?? NOTHING;
  const enough = found.n >= ENOUGH;
  return {
    topic,
    ...place,
    ...found,
    enough,
    share: enough ? flooredShare(found.hits, found.n) : null,
    picked: enough && (found.probability ?? 0) > gate,
  };
}

/** Whether this column is the market's context now. */
export function isNow(place: Place, context: MarketContext | null): boolean {
  return context?.phase === place.phase && context.volatility_regime === place.regime;
}

/** How strongly a share is coloured, -1 (as wrong as 35 %) to 1 (as right as 65 %). */
export function strength(share: number | null): number {
  return share === null ? 0 : Math.max(-1, Math.min(1, (share - 50) / 15));
}
