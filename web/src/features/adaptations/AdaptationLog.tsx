import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { LogFilter } from '@/shared/live/adaptation-tracker';
import { useView } from '@/shared/live/store';
import { useAdaptationHistory } from '@/shared/live/useAdaptationHistory';
import { Empty, Skeleton } from '@/shared/ui/Empty';
import { Panel } from '@/shared/ui/Panel';
import { AdaptationCard } from './AdaptationCard';
import styles from './AdaptationLog.module.css';

const FILTERS = [
  { value: 'changes', label: 'Changes' },
  { value: 'refused', label: 'Refused' },
  { value: 'all', label: 'All' },
];

/** Rows shown at once; older ones stay in the journal. */
const SHOWN = 80;

/** What was changed, refused and taken back: the reason first, newest first. */
export function AdaptationLog() {
  const [filter, setFilter] = useState<LogFilter>('changes');
  const entries = useAdaptationHistory(filter);
  const kept = useView((view) => view.limits.log) ?? 0;
  return (
    <Panel
      title="Adaptations"
      about={entries && counted(entries.length, kept)}
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Which rows"
          data={FILTERS}
          value={filter}
          onChange={(value) => setFilter(value as LogFilter)}
        />
      }
      scrolls
    >
      {!entries && <Skeleton height={420} />}
      {entries?.length === 0 && <None filter={filter} />}
      <ol className={styles.log}>
        {entries?.slice(0, SHOWN).map((entry) => (
          <li key={entry.seq}>
            <AdaptationCard entry={entry} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** The log keeps the latest rows; the journal keeps all. */
function counted(rows: number, kept: number): string {
  return rows >= kept ? `latest ${rows}` : String(rows);
}

function None({ filter }: { filter: LogFilter }) {
  if (filter === 'refused') {
    return (
      <Empty cause="Nothing was refused" next="Proposals that safety turns down appear here." />
    );
  }
  return (
    <Empty
      cause="Nothing has been changed yet"
      next="The bot adapts when the market's regime changes or volatility spikes; every change appears here with its reason."
    />
  );
}
