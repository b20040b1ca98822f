import { useMemo } from 'react';
import { history, type LogFilter } from './adaptation-tracker';
import type { Entry } from './messages';
import { useOverview } from './store';

/** What was changed, refused and taken back, newest first; null while nothing has been told. */
export function useAdaptationHistory(filter: LogFilter): Entry[] | null {
  const log = useOverview((overview) => overview.log);
  const refusals = useOverview((overview) => overview.refusals);
  return useMemo(
    () => (log && refusals ? history(log, refusals, filter) : null),
    [log, refusals, filter],
  );
}
