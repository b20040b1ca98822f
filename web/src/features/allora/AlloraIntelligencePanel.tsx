import { useState } from 'react';
import { probability } from '@/shared/format/numbers';
import { PHASE_NAMES } from '@/shared/live/context-monitor';
import { useOverview } from '@/shared/live/store';
import { useAlloraTracking } from '@/shared/live/useAlloraTracking';
import { useMarketContext } from '@/shared/live/useMarketContext';
import { Empty, Skeleton } from '@/shared/ui/Empty';
import { Panel } from '@/shared/ui/Panel';
import { AccuracyTable } from './AccuracyTable';
import styles from './AlloraIntelligencePanel.module.css';
import { ENOUGH, type MatrixCell, matrix, PICKED } from './accuracy-matrix';

/** How right each topic was in each context, and where trading it is thought to pay. */
export function AlloraIntelligencePanel() {
  const { accuracy } = useAlloraTracking();
  const gate = useOverview((overview) => overview.bot?.gate ?? null);
  const context = useMarketContext();
  const [looked, setLooked] = useState<MatrixCell | null>(null);
  const rows = accuracy ? matrix(accuracy, gate) : null;
  return (
    <Panel
      title="Forecast accuracy, %"
      about={`topic × phase × volatility · outlined: P(net edge > 0) above ${probability(gate ?? PICKED)} · hatched: fewer than ${ENOUGH} settled`}
    >
      {!rows && <Skeleton height={200} />}
      {rows?.length === 0 && (
        <Empty
          cause="No forecast has been settled yet"
          next="Each is scored when its horizon is over; the first scores appear then."
        />
      )}
      {rows && rows.length > 0 && (
        <>
          <AccuracyTable rows={rows} context={context} onLook={setLooked} />
          <p className={styles.detail} aria-live="polite">
            {looked
              ? told(looked)
              : 'Point at a cell, or walk with the arrow keys, for its figures.'}
          </p>
        </>
      )}
    </Panel>
  );
}

function told(cell: MatrixCell): string {
  const place = `${cell.topic}, ${PHASE_NAMES[cell.phase]}, ${cell.regime} volatility`;
  const edge =
    cell.probability === null
      ? 'not weighed here yet'
      : `P(net edge > 0) ${probability(cell.probability)}`;
  const few = cell.enough ? '' : ', too few to say';
  return `${place}: ${cell.hits} of ${cell.n} right${few} · ${edge}. Forecasts of one topic overlap, so n counts more than it proves.`;
}
