import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useOverview } from '@/shared/live/store';
import { Skeleton } from '@/shared/ui/Empty';
import { Panel } from '@/shared/ui/Panel';
import { InForce } from './InForce';
import { NotTraded } from './NotTraded';
import { PositionsTable } from './PositionsTable';

type Tab = 'open' | 'mix' | 'not';

const TABS = [
  { value: 'open', label: 'Open' },
  { value: 'mix', label: 'Mix in force' },
  { value: 'not', label: 'Why not traded' },
];

/** What is held and why, and what was not traded and why not. */
export function PositionsPanel() {
  const overview = useOverview((whole) => whole);
  const [tab, setTab] = useState<Tab>('open');
  const count = overview ? Object.keys(overview.positions).length : 0;
  return (
    <Panel
      title="Positions"
      about={overview && String(count)}
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Positions, mix in force, or forecasts not traded"
          data={TABS}
          value={tab}
          onChange={(value) => setTab(value as Tab)}
        />
      }
    >
      {!overview && <Skeleton height={180} />}
      {overview && tab === 'open' && <PositionsTable overview={overview} />}
      {overview && tab === 'mix' && <InForce settings={overview.in_force} />}
      {overview && tab === 'not' && <NotTraded verdicts={overview.verdicts} />}
    </Panel>
  );
}
