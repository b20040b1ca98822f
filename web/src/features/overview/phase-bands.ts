import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';

/** A phase from one bar to the next band's first bar; `to` of the last is open. */
export interface PhaseBand {
  /** Index of the first bar. */
  from: number;
  to: number;
  label: string;
  colour: string;
  fill: string;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

const STRIP = 3;

/** Paints the phases of the market behind the candles. */
export class PhaseBands
  implements ISeriesPrimitive<Time>, IPrimitivePaneView, IPrimitivePaneRenderer
{
  private chart: IChartApi | null = null;
  private redraw: () => void = () => undefined;
  private bands: PhaseBand[] = [];
  private text = '';

  show(bands: PhaseBand[], text: string): void {
    this.bands = bands;
    this.text = text;
    this.redraw();
  }

  attached({ chart, requestUpdate }: SeriesAttachedParameter<Time>): void {
    this.chart = chart as IChartApi;
    this.redraw = requestUpdate;
  }

  detached(): void {
    this.chart = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this];
  }

  zOrder(): 'bottom' {
    return 'bottom';
  }

  renderer(): IPrimitivePaneRenderer {
    return this;
  }

  draw(target: Target): void {
    // biome-ignore lint/correctness/useHookAtTopLevel: a canvas scope, not a hook
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      for (const band of this.bands) this.paint(context, mediaSize, band);
    });
  }

  private paint(
    context: CanvasRenderingContext2D,
    { width, height }: { width: number; height: number },
    band: PhaseBand,
  ): void {
    const left = Math.max(0, this.x(band.from));
    const right = Math.min(width, this.x(band.to));
    if (right <= left) return;
    context.fillStyle = band.fill;
    context.fillRect(left, 0, right - left, height);
    context.fillStyle = band.colour;
    context.fillRect(left, 0, right - left, STRIP);
    this.write(context, band.label, left + 6, right - left - 10);
  }

  private write(
    context: CanvasRenderingContext2D,
    label: string,
    left: number,
    room: number,
  ): void {
    context.font = this.text;
    if (context.measureText(label).width < room) context.fillText(label, left, STRIP + 14);
  }

  /** The left edge of a bar: the middle between it and the one before (the scale knows whole bars). */
  private x(index: number): number {
    return (this.middle(index - 1) + this.middle(index)) / 2;
  }

  private middle(index: number): number {
    return this.chart?.timeScale().logicalToCoordinate(index as Logical) ?? 0;
  }
}
