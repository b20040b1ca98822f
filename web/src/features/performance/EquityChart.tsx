import {
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { EquityPoint } from '@/shared/live/messages';
import { chartLook } from '@/shared/ui/chart-look';
import { colour, watchColours } from '@/shared/ui/colours';
import styles from './EquityPanel.module.css';

interface Lines {
  chart: IChartApi;
  own: ISeriesApi<'Line'>;
  twin: ISeriesApi<'Line'>;
}

/** Two lines: the bot's equity and its static twin's. */
export default function EquityChart({ equity }: { equity: EquityPoint[] }) {
  const room = useRef<HTMLDivElement>(null);
  const lines = useRef<Lines | null>(null);

  useEffect(() => {
    if (!room.current) return;
    const made = drawn(room.current);
    lines.current = made;
    const unwatch = watchColours(() => paint(made));
    return () => {
      unwatch();
      made.chart.remove();
      lines.current = null;
    };
  }, []);

  useEffect(() => {
    const made = lines.current;
    if (!made) return;
    made.own.setData(equity.map(([time, own]) => ({ time: time as UTCTimestamp, value: own })));
    made.twin.setData(
      equity.map(([time, , twin]) => ({ time: time as UTCTimestamp, value: twin })),
    );
    made.chart.timeScale().fitContent();
  }, [equity]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; the chart holds a link
    <div
      className={styles.chart}
      ref={room}
      role="group"
      aria-label="Equity of the bot and of its static twin; the same figures are at /api/v1/overview"
    />
  );
}

function drawn(room: HTMLElement): Lines {
  const chart = createChart(room, chartLook());
  const options = {
    priceLineVisible: false,
    priceFormat: { type: 'price', precision: 0, minMove: 1 },
  } as const;
  const twin = chart.addSeries(LineSeries, {
    ...options,
    lineStyle: LineStyle.Dashed,
    lineWidth: 2,
  });
  const own = chart.addSeries(LineSeries, { ...options, lineWidth: 2 });
  const made = { chart, own, twin };
  paint(made);
  return made;
}

function paint({ chart, own, twin }: Lines): void {
  chart.applyOptions({ ...chartLook(), handleScroll: false, handleScale: false });
  chart.timeScale().applyOptions({ timeVisible: false, rightOffset: 1 });
  own.applyOptions({ color: colour('accent') });
  twin.applyOptions({ color: colour('dim') });
}
