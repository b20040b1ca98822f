import { leverage, ratio } from '@/shared/format/numbers';
import { spiking } from '@/shared/live/context-monitor';
import type { Overview } from '@/shared/live/messages';
import { useOverview } from '@/shared/live/store';
import { useMarketContext } from '@/shared/live/useMarketContext';
import { Empty, Skeleton } from '@/shared/ui/Empty';
import { Facts } from '@/shared/ui/Facts';
import { Panel } from '@/shared/ui/Panel';
import { RiskGauge } from './RiskGauge';
import styles from './RiskIndicators.module.css';

/** How much alarms in the market, and how much of the limits the bot uses. */
export function RiskIndicators() {
  const overview = useOverview((whole) => whole);
  const context = useMarketContext();
  return (
    <Panel title="Risk">
      {!overview && <Skeleton height={190} />}
      {overview && !context && (
        <Empty cause="No risk level yet" next="It follows from the market context." />
      )}
      {overview && context && (
        <>
          <RiskGauge level={context.risk_level} />
          <Use overview={overview} />
          <Spikes coins={spiking(context)} />
        </>
      )}
    </Panel>
  );
}

function Use({ overview }: { overview: Overview }) {
  const { account, bot, positions } = overview;
  const fall = account && account.peak > 0 ? 1 - account.equity / account.peak : null;
  const notional = Object.values(positions).reduce(
    (sum, each) => sum + Math.abs(each.size * each.mark),
    0,
  );
  const exposure = account && account.equity > 0 ? notional / account.equity : null;
  return (
    <Facts
      rows={[
        [
          'Drawdown',
          drawdown(fall, bot?.maximum_drawdown),
          'Fall of equity from its peak; at the limit the bot pauses',
        ],
        ['Exposure', leverage(exposure), 'Value of all positions, long and short, over equity'],
        [
          'Leverage limit',
          leverage(overview.in_force?.leverage),
          'For coins without a limit of their own',
        ],
      ]}
    />
  );
}

function Spikes({ coins }: { coins: string[] }) {
  if (coins.length === 0) return null;
  return (
    <p className={styles.spikes}>
      <b>Spiking:</b> {coins.join(', ')}
    </p>
  );
}

function drawdown(fall: number | null, limit: number | null | undefined): string {
  return limit ? `${ratio(fall, 1)} of ${ratio(limit)}` : `${ratio(fall, 1)}, no limit`;
}
