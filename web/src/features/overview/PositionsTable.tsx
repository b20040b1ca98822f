import { price, profit, size } from '@/shared/format/numbers';
import { duration, fullMoment } from '@/shared/format/time';
import type { Overview, Position } from '@/shared/live/messages';
import { Empty } from '@/shared/ui/Empty';
import { Trend, tone } from '@/shared/ui/Figure';
import { Scroller } from '@/shared/ui/Scroller';
import styles from './tables.module.css';

export function PositionsTable({ overview }: { overview: Overview }) {
  const positions = Object.values(overview.positions);
  if (positions.length === 0) return <Flat overview={overview} />;
  const decimals = new Map(overview.bot?.coins.map((each) => [each.coin, each.size_decimals]));
  return (
    <Scroller className={styles.scroller} label="Open positions">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Coin</th>
            <th scope="col">Side</th>
            <th scope="col" className={styles.number}>
              Size
            </th>
            <th scope="col" className={styles.number}>
              Entry
            </th>
            <th scope="col" className={styles.number}>
              Mark
            </th>
            <th scope="col" className={styles.number}>
              Unrealised
            </th>
            <th scope="col" className={styles.number}>
              Age
            </th>
          </tr>
        </thead>
        {positions.map((position) => (
          <Row
            key={position.coin}
            position={position}
            now={overview.at}
            decimals={decimals.get(position.coin) ?? 4}
          />
        ))}
      </table>
    </Scroller>
  );
}

function Row({ position, now, decimals }: { position: Position; now: number; decimals: number }) {
  const gain = position.size * (position.mark - position.entry);
  const long = position.size > 0;
  return (
    <tbody>
      <tr>
        <th scope="row">{position.coin}</th>
        <td>{long ? '↑ Long' : '↓ Short'}</td>
        <td className={styles.number}>{size(position.size, decimals)}</td>
        <td className={styles.number}>{price(position.entry)}</td>
        <td className={styles.number}>{price(position.mark)}</td>
        <td className={styles.number} title="At the last close, before the costs of closing">
          <Trend value={gain} />
          <span className={tone(gain)}>{profit(gain)}</span>
        </td>
        <td className={styles.number} title={`Opened ${fullMoment(position.opened_at)}`}>
          {duration((now - position.opened_at) / 1e6)}
        </td>
      </tr>
      <tr>
        <td className={styles.reason} colSpan={7}>
          {position.because}
        </td>
      </tr>
    </tbody>
  );
}

function Flat({ overview }: { overview: Overview }) {
  const status = overview.bot?.status;
  if (status === 'paused' || status === 'stopped') {
    return (
      <Empty cause="No open position" next={`The bot is ${status}: it opens none until resumed.`} />
    );
  }
  return (
    <Empty
      cause="No open position"
      next="“Why not traded” tells for every forecast what stood in the way."
    />
  );
}
