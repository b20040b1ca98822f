import { MantineProvider } from '@mantine/core';
import { useEffect } from 'react';
import { goLive, useOverview } from '@/shared/live/store';
import { DemoMark } from './DemoMark';
import { GlobalBar } from './GlobalBar';
import { OverviewPage } from './OverviewPage';
import { StatusBanner } from './StatusBanner';
import { theme } from './theme';

/** The whole page: one line to the server, the global bar, what needs attention, the Overview. */
export function App() {
  useEffect(goLive, []);
  const mode = useOverview((overview) => overview.bot?.mode ?? null);
  return (
    <MantineProvider theme={theme} defaultColorScheme="dark">
      <GlobalBar />
      <StatusBanner />
      {mode === 'demo' && <DemoMark />}
      <OverviewPage />
    </MantineProvider>
  );
}
