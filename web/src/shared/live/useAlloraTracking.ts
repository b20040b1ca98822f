import type { Cell, Weighed } from './messages';
import { useOverview } from './store';

export interface AlloraTracking {
  accuracy: Record<string, Cell> | null;
  verdicts: Record<string, Weighed> | null;
}

/** How right each topic was in each context, and what is thought of its latest forecasts. */
export function useAlloraTracking(): AlloraTracking {
  const accuracy = useOverview((overview) => overview.accuracy);
  const verdicts = useOverview((overview) => overview.verdicts);
  return { accuracy, verdicts };
}
