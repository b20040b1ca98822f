import { useEffect, useRef } from 'react';
import { inForce } from '@/shared/live/adaptation-tracker';
import type { Band, Candle, Entry } from '@/shared/live/messages';
import { useOverview } from '@/shared/live/store';
import { watchColours } from '@/shared/ui/colours';
import { CandleChart } from './candle-chart';
import styles from './PricePanel.module.css';

interface Props {
  coin: string;
  candles: Candle[];
}

const NO_BANDS: Band[] = [];
const NO_LOG: Entry[] = [];

/** The canvas of the price panel; loaded late, since the chart library is the largest part. */
export default function PriceChart({ coin, candles }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const chart = useRef<CandleChart | null>(null);
  const bands = useOverview((overview) => overview.bands) ?? NO_BANDS;
  const log = useOverview((overview) => overview.log) ?? NO_LOG;

  useEffect(() => {
    if (!room.current) return;
    const made = new CandleChart(room.current);
    chart.current = made;
    const unwatch = watchColours(() => made.repaint());
    return () => {
      unwatch();
      made.remove();
      chart.current = null;
    };
  }, []);

  useEffect(
    () => chart.current?.show(coin, candles, bands, inForce(log)),
    [coin, candles, bands, log],
  );

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; the chart holds a link
    <div
      className={styles.chart}
      ref={room}
      role="group"
      aria-label={`Candles of ${coin}; the same figures are at /api/v1/overview`}
    />
  );
}
