import { leverage, ratio } from '@/shared/format/numbers';
import { spiking } from '@/shared/live/context-monitor';
import type { Overview, RiskRecipe } from '@/shared/live/messages';
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
          <Recipe recipe={context.risk_recipe} />
          <Use overview={overview} />
          <Spikes coins={spiking(context)} />
        </>
      )}
    </Panel>
  );
}

const ALARMS: [keyof RiskRecipe, string][] = [
  ['volatility_regime', 'volatility regime'],
  ['volatility', 'volatility above usual'],
  ['phase', 'volatile or falling'],
  ['spikes', 'coins that spike'],
  ['correlation', 'correlation'],
  ['volume', 'unusual volume'],
];

/** What the level is made of: the alarms that add points, the largest first. */
function Recipe({ recipe }: { recipe: RiskRecipe | null }) {
  if (!recipe) return null;
  const parts = ALARMS.map(([alarm, word]) => ({ word, points: recipe[alarm] }))
    .filter(({ points }) => points >= 0.5)
    .sort((one, other) => other.points - one.points);
  if (parts.length === 0) return null;
  return (
    <p className={styles.recipe} title="Points of the level; each alarm adds at most 16.7">
      {parts.map(({ word, points }) => `${word} ${Math.round(points)}`).join(' · ')}
    </p>
  );
}

function Use({ overview }: { overview: Overview }) {
  const { account, bot, positions, success } = overview;
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
        [
          'Changes applied',
          ratio(success.rate, 1),
          'Of the last thousand adaptations that were approved: made whole, the rest was undone',
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
