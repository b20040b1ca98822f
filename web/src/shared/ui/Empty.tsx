import type { ReactNode } from 'react';
import styles from './Empty.module.css';

/** Nothing to show: the true cause, and what happens next. */
export function Empty({ cause, next }: { cause: string; next: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.cause}>{cause}</p>
      <p className={styles.next}>{next}</p>
    </div>
  );
}

/** Room of the final size while the first message is awaited. */
export function Skeleton({ height }: { height: number | string }) {
  return <div className={styles.skeleton} style={{ height }} aria-hidden="true" />;
}
