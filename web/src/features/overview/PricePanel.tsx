import { lazy, Suspense, useState } from 'react';
import { change, price } from '@/shared/format/numbers';
import { interval } from '@/shared/format/time';
import type { Candle } from '@/shared/live/messages';
import { useLive, useOverview } from '@/shared/live/store';
import { Empty, Skeleton } from '@/shared/ui/Empty';
import { tone } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { CoinSelect } from './CoinSelect';
import styles from './PricePanel.module.css';

const PriceChart = lazy(() => import('./PriceChart'));

const NONE: Candle[] = [];

/** Candles of one coin over the phases of the market, with a mark for each adaptation. */
export function PricePanel() {
  const coins = useOverview((overview) => overview.bot?.coins) ?? null;
  const length = useOverview((overview) => overview.bot?.interval ?? null);
  const [chosen, setChosen] = useState<string | null>(null);
  const coin = chosen ?? coins?.[0]?.coin ?? 'BTC';
  const candles = useOverview((overview) => overview.candles[coin]) ?? NONE;
  return (
    <Panel
      title={`${coin}-PERP`}
      about={<Last candles={candles} bar={length ? interval(length) : ''} />}
      aside={
        <CoinSelect
          coins={coins?.map((each) => each.coin) ?? [coin]}
          value={coin}
          onChange={setChosen}
        />
      }
    >
      <div className={styles.room}>
        {candles.length > 0 ? (
          <Suspense fallback={<Skeleton height="100%" />}>
            <PriceChart coin={coin} candles={candles} />
          </Suspense>
        ) : (
          <Waiting coin={coin} />
        )}
      </div>
    </Panel>
  );
}

function Waiting({ coin }: { coin: string }) {
  const told = useLive((line) => line.view !== null);
  if (!told) return <Skeleton height="100%" />;
  return (
    <Empty
      cause={`No bar of ${coin} has closed yet`}
      next="The first candle appears when one does."
    />
  );
}

function Last({ candles, bar }: { candles: Candle[]; bar: string }) {
  const last = candles.at(-1);
  if (!last) return null;
  const before = candles.findLast((candle) => candle[0] <= last[0] - 86_400);
  const moved = before ? last[4] / before[4] - 1 : null;
  return (
    <>
      <b className={styles.last}>{price(last[4])}</b>
      {moved !== null && (
        <span className={tone(moved)} title="Against 24 hours before">
          {' '}
          {change(moved)}
        </span>
      )}{' '}
      · {bar} bars · phases behind, adaptations below
    </>
  );
}
