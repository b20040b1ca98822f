import type { ReactNode } from 'react';
import styles from './Chip.module.css';

/** A small word in a frame, such as one change of an adaptation. */
export function Chip({ children }: { children: ReactNode }) {
  return <span className={styles.chip}>{children}</span>;
}

const KINDS: Record<string, string> = {
  applied: 'on',
  kept: 'good',
  'rolled back': 'undone',
  refused: 'quiet',
  failed: 'bad',
  paused: 'undone',
  stopped: 'bad',
};

/** What became of something, in a word. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <span className={styles.status} data-kind={KINDS[status] ?? 'quiet'}>
      {status}
    </span>
  );
}
