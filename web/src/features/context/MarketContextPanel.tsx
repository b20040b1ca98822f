import { decimal, ratio } from '@/shared/format/numbers';
import { fullMoment, stamp } from '@/shared/format/time';
import { beliefs, PHASE_NAMES } from '@/shared/live/context-monitor';
import type { MarketContext } from '@/shared/live/messages';
import { useOverview } from '@/shared/live/store';
import { useMarketContext } from '@/shared/live/useMarketContext';
import { Empty, Skeleton } from '@/shared/ui/Empty';
import { Facts } from '@/shared/ui/Facts';
import { Panel } from '@/shared/ui/Panel';
import styles from './MarketContextPanel.module.css';

/** What kind of market this is, how sure the detector is, and what it would be otherwise. */
export function MarketContextPanel() {
  const context = useMarketContext();
  return (
    <Panel title="Market context" about={context && <Since context={context} />}>
      {context ? <Context context={context} /> : <Waiting />}
    </Panel>
  );
}

function Since({ context }: { context: MarketContext }) {
  return <span title={fullMoment(context.at)}>as of {stamp(context.at)}</span>;
}

function Waiting() {
  const known = useOverview((overview) => overview.bot !== null);
  if (known === null) return <Skeleton height={228} />;
  return (
    <Empty
      cause="No context yet"
      next="The detector commits after its warm-up, a few hundred bars; candles are shown meanwhile."
    />
  );
}

function Context({ context }: { context: MarketContext }) {
  return (
    <>
      <p className={styles.phase} data-phase={context.phase}>
        {PHASE_NAMES[context.phase]}
      </p>
      <p className={styles.confidence}>
        confidence <b>{ratio(context.confidence)}</b>
      </p>
      <ul className={styles.beliefs} aria-label="Probability of each phase">
        {beliefs(context).map(({ phase, probability }) => (
          <li key={phase} className={styles.belief} data-phase={phase}>
            <span>{PHASE_NAMES[phase]}</span>
            <span className={styles.track} aria-hidden="true">
              <span className={styles.share} style={{ width: `${probability * 100}%` }} />
            </span>
            <span className={styles.number}>{ratio(probability)}</span>
          </li>
        ))}
      </ul>
      <Facts
        rows={[
          [
            'Volatility',
            `${context.volatility_regime}, ${decimal(context.volatility_ratio, 1)}x usual`,
            'Standard deviation of one bar now, against its own usual',
          ],
          ['Mean correlation', decimal(context.mean_correlation), 'Mean over all pairs of coins'],
          ['Volume', `${decimal(context.volume_z, 1)} σ`, 'Robust z-score: 0 is usual'],
        ]}
      />
    </>
  );
}
