import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useOverview } from '@/shared/live/store';
import { Skeleton } from '@/shared/ui/Empty';
import { Panel } from '@/shared/ui/Panel';
import { NotTraded } from './NotTraded';
import { PositionsTable } from './PositionsTable';

type Tab = 'open' | 'not';

/** What is held and why, and what was not traded and why not. */
export function PositionsPanel() {
  const overview = useOverview((whole) => whole);
  const [tab, setTab] = useState<Tab>('open');
  const count = overview ? Object.keys(overview.positions).length : 0;
  return (
    <Panel
      title="Positions"
      about={overview ? count : ''}
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Positions or forecasts not traded"
          data={[
            { value: 'open', label: 'Open' },
            { value: 'not', label: 'Why not traded' },
          ]}
          value={tab}
          onChange={(value) => setTab(value as Tab)}
        />
      }
    >
      {!overview && <Skeleton height={180} />}
      {overview && tab === 'open' && <PositionsTable overview={overview} />}
      {overview && tab === 'not' && <NotTraded verdicts={overview.verdicts} />}
    </Panel>
  );
}
