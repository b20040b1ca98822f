import { AdaptationLog } from '@/features/adaptations/AdaptationLog';
import { AlloraIntelligencePanel } from '@/features/allora/AlloraIntelligencePanel';
import { MarketContextPanel } from '@/features/context/MarketContextPanel';
import { PositionsPanel } from '@/features/overview/PositionsPanel';
import { PricePanel } from '@/features/overview/PricePanel';
import { EquityPanel } from '@/features/performance/EquityPanel';
import { RiskIndicators } from '@/features/risk/RiskIndicators';
import styles from './OverviewPage.module.css';

/** Everything that matters now, on one screen. */
export function OverviewPage() {
  return (
    <main className={styles.page}>
      <div className={styles.price}>
        <PricePanel />
      </div>
      <div className={styles.context}>
        <MarketContextPanel />
        <RiskIndicators />
      </div>
      <div className={styles.matrix}>
        <AlloraIntelligencePanel />
      </div>
      <div className={styles.money}>
        <PositionsPanel />
        <EquityPanel />
      </div>
      <div className={styles.log}>
        <AdaptationLog />
      </div>
    </main>
  );
}
