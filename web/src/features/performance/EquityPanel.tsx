import { lazy, Suspense } from 'react';
import { basisPoints, change, ratio } from '@/shared/format/numbers';
import type { Book, EquityPoint } from '@/shared/live/messages';
import { useOverview } from '@/shared/live/store';
import { Empty, Skeleton } from '@/shared/ui/Empty';
import { Panel } from '@/shared/ui/Panel';
import styles from './EquityPanel.module.css';

const EquityChart = lazy(() => import('./EquityChart'));

/** Does adapting pay: the bot against its twin that never adapts. */
export function EquityPanel() {
  const equity = useOverview((overview) => overview.equity);
  return (
    <Panel title="Adapted v static" about="equity at each UTC day's open">
      {!equity && <Skeleton height={230} />}
      {equity && equity.length < 2 && (
        <Empty
          cause="Not two days yet"
          next="Both books are marked when a UTC day opens; lines appear with the second mark."
        />
      )}
      {equity && equity.length >= 2 && <Comparison equity={equity} />}
    </Panel>
  );
}

function Comparison({ equity }: { equity: EquityPoint[] }) {
  const books = useOverview((overview) => overview.books) ?? {};
  const capital = useOverview((overview) => overview.bot?.capital ?? null);
  return (
    <div className={styles.stack}>
      <table className={styles.books}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Book</span>
            </th>
            <th scope="col">Return</th>
            <th scope="col">Trades</th>
            <th scope="col">Win rate</th>
            <th scope="col">Net a trade</th>
          </tr>
        </thead>
        <tbody>
          <BookRow name="Adapted" kind="adapted" book={books.adapted} capital={capital} />
          <BookRow name="Static twin" kind="static" book={books.static} capital={capital} />
        </tbody>
      </table>
      <div className={styles.room}>
        <Suspense fallback={<Skeleton height="100%" />}>
          <EquityChart equity={equity} />
        </Suspense>
      </div>
    </div>
  );
}

interface RowProps {
  name: string;
  kind: string;
  book: Book | undefined;
  capital: number | null;
}

function BookRow({ name, kind, book, capital }: RowProps) {
  const trades = book?.trades ?? 0;
  return (
    <tr>
      <th scope="row">
        <span className={styles.line} data-kind={kind} aria-hidden="true" />
        {name}
      </th>
      <td>{change(book && capital ? book.equity / capital - 1 : null)}</td>
      <td>{book?.trades ?? '–'}</td>
      <td>{ratio(book && trades > 0 ? book.wins / trades : null, 1)}</td>
      <td>{basisPoints(book && trades > 0 ? book.net_bp / trades : null)}</td>
    </tr>
  );
}
