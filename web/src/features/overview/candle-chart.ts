import {
  type CandlestickData,
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { priceDecimals, ratio } from '@/shared/format/numbers';
import { PHASE_NAMES } from '@/shared/live/context-monitor';
import type { Band, Candle, Entry } from '@/shared/live/messages';
import { chartLook } from '@/shared/ui/chart-look';
import { colour, faint } from '@/shared/ui/colours';
import { marks, spans } from './chart-facts';
import { PhaseBands } from './phase-bands';

/** Bars in sight at first. */
const IN_SIGHT = 220;

/** Candles, phases and marks on one canvas; told the same facts again it draws only what is new. */
export class CandleChart {
  private readonly chart: IChartApi;
  private readonly series: ISeriesApi<'Candlestick'>;
  private readonly marker: ISeriesMarkersPluginApi<Time>;
  private readonly phases = new PhaseBands();
  private coin = '';
  private candles: Candle[] = [];
  private bands: Band[] = [];
  private entries: Entry[] = [];

  constructor(room: HTMLElement) {
    this.chart = createChart(room, chartLook());
    this.series = this.chart.addSeries(CandlestickSeries);
    this.series.attachPrimitive(this.phases);
    this.marker = createSeriesMarkers(this.series, []);
    this.repaint();
  }

  remove(): void {
    this.chart.remove();
  }

  show(coin: string, candles: Candle[], bands: Band[], entries: Entry[]): void {
    this.feed(coin, candles);
    this.coin = coin;
    this.candles = candles;
    this.bands = bands;
    this.entries = entries;
    this.decorate();
  }

  /** Takes the colours of the palette in force. */
  repaint(): void {
    this.chart.applyOptions(chartLook());
    const [up, down] = [colour('up'), colour('down')];
    this.series.applyOptions({
      upColor: up,
      borderUpColor: up,
      wickUpColor: up,
      downColor: colour('panel'),
      borderDownColor: down,
      wickDownColor: down,
      priceLineColor: colour('accent'),
    });
    this.decorate();
  }

  private feed(coin: string, candles: Candle[]): void {
    const last = this.candles.at(-1)?.[0];
    const first = this.candles[0]?.[0];
    const known = coin === this.coin && last !== undefined && candles[0]?.[0] === first;
    if (known) {
      for (const candle of candles) if (candle[0] > last) this.series.update(bar(candle));
      return;
    }
    this.series.setData(candles.map(bar));
    if (coin !== this.coin) this.begin(candles);
  }

  private begin(candles: Candle[]): void {
    const decimals = priceDecimals(candles.at(-1)?.[4] ?? 1);
    this.series.applyOptions({
      priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals },
    });
    this.chart
      .timeScale()
      .setVisibleLogicalRange({ from: candles.length - IN_SIGHT, to: candles.length + 4 });
  }

  private decorate(): void {
    this.phases.show(
      spans(this.bands, this.candles).map(({ from, to, band }) => ({
        from,
        to,
        label: `${PHASE_NAMES[band.phase].toUpperCase()} ${ratio(band.confidence)}`,
        colour: colour(band.phase),
        fill: faint(band.phase, colour('shade')),
      })),
      '600 11px "Inter Variable", system-ui, sans-serif',
    );
    this.marker.setMarkers(
      marks(this.entries, this.candles).map(({ time, text, undone }) => ({
        time: time as UTCTimestamp,
        position: 'belowBar',
        shape: 'circle',
        color: undone ? colour('warn') : colour('accent'),
        text,
      })),
    );
  }
}

function bar([time, open, high, low, close]: Candle): CandlestickData<UTCTimestamp> {
  return { time: time as UTCTimestamp, open, high, low, close };
}
