import { type ChartOptions, ColorType, CrosshairMode, type DeepPartial } from 'lightweight-charts';
import { price } from '@/shared/format/numbers';
import { colour } from './colours';

/** How every chart looks in the palette in force. */
export function chartLook(): DeepPartial<ChartOptions> {
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: colour('dim'),
      fontFamily: '"Inter Variable", system-ui, sans-serif',
      fontSize: 11.5,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colour('raised') } },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.1 } },
    timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 4 },
    localization: { priceFormatter: price },
    crosshair: { mode: CrosshairMode.Magnet },
  };
}
