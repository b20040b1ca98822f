import type { MarketContext } from './messages';
import { useOverview } from './store';

/** The market's context as last told; null before the first one. */
export function useMarketContext(): MarketContext | null {
  return useOverview((overview) => overview.context);
}
