import { type KeyboardEvent, useState } from 'react';
import { PHASE_NAMES } from '@/shared/live/context-monitor';
import type { MarketContext } from '@/shared/live/messages';
import styles from './AlloraIntelligencePanel.module.css';
import { isNow, type MatrixCell, type MatrixRow, REGIMES, strength } from './accuracy-matrix';

interface Props {
  rows: MatrixRow[];
  context: MarketContext | null;
  onLook: (cell: MatrixCell) => void;
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A grid: one tab stop, then the arrow keys. */
export function AccuracyTable({ rows, context, onLook }: Props) {
  const [[row, column], setPlace] = useState<readonly [number, number]>([0, 0]);
  const columns = rows[0]?.cells ?? [];
  const step = (event: KeyboardEvent<HTMLTableElement>) => {
    const [down, right] = STEPS[event.key] ?? [0, 0];
    const next = rows[row + down]?.cells[column + right];
    if (!next || (down === 0 && right === 0)) return;
    event.preventDefault();
    setPlace([row + down, column + right]);
    const id = `cell-${row + down}-${column + right}`;
    event.currentTarget.querySelector<HTMLElement>(`[data-place="${id}"]`)?.focus();
  };
  return (
    <div className={styles.scroller}>
      <table
        className={styles.matrix}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA grid pattern
        role="grid"
        aria-label="Forecast accuracy by context"
        onKeyDown={step}
      >
        <thead>
          <Phases columns={columns} />
          <tr>
            {columns.map((cell) => (
              <th
                key={`${cell.phase}${cell.regime}`}
                scope="col"
                className={styles.regime}
                data-now={isNow(cell, context) || undefined}
              >
                {short(cell.regime)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ topic, cells }, down) => (
            <tr key={topic}>
              <th scope="row" className={styles.topic}>
                {topic}
              </th>
              {cells.map((cell, right) => (
                <Cell
                  key={`${cell.phase}${cell.regime}`}
                  cell={cell}
                  place={`cell-${down}-${right}`}
                  reachable={down === row && right === column}
                  onLook={() => onLook(cell)}
                  onFocus={() => {
                    setPlace([down, right]);
                    onLook(cell);
                  }}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Phases({ columns }: { columns: MatrixCell[] }) {
  const phases = columns.filter((_, index) => index % REGIMES.length === 0);
  return (
    <tr>
      <th scope="col" rowSpan={2} className={styles.corner}>
        Topic
      </th>
      {phases.map(({ phase }) => (
        <th
          key={phase}
          scope="colgroup"
          colSpan={REGIMES.length}
          className={styles.phase}
          data-phase={phase}
        >
          {PHASE_NAMES[phase]}
        </th>
      ))}
    </tr>
  );
}

interface CellProps {
  cell: MatrixCell;
  place: string;
  reachable: boolean;
  onLook: () => void;
  onFocus: () => void;
}

function Cell({ cell, place, reachable, onLook, onFocus }: CellProps) {
  const force = strength(cell.share);
  return (
    <td
      className={styles.cell}
      data-place={place}
      data-few={!cell.enough || undefined}
      data-picked={cell.picked || undefined}
      data-side={force < 0 ? 'bad' : 'good'}
      style={{ '--force': `${Math.round(Math.abs(force) * 100)}%` }}
      tabIndex={reachable ? 0 : -1}
      onMouseEnter={onLook}
      onFocus={onFocus}
    >
      {cell.share ?? (cell.n > 0 ? `n ${cell.n}` : '–')}
    </td>
  );
}

function short(regime: string): string {
  return { low: 'Low', medium: 'Med', high: 'High' }[regime] ?? regime;
}
